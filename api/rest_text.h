// RestText: members of a request as the text of a path or a query says them.
#pragma once

#include <string>
#include <string_view>

#include "verifier-sdk/core/result.h"

namespace google::protobuf {
class EnumValueDescriptor;
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace certmark::api {

/// IsText is true of a member that text can say: a number, a name, bytes, a mask; not of a message of ours.
bool IsText(const google::protobuf::FieldDescriptor& member);

/// EnumText is how text says a value of an enumeration: in lower case, with hyphens, without the enumeration's own
/// name: `android` is PLATFORM_ANDROID. Empty: the value that stands for none.
std::string EnumText(const google::protobuf::EnumValueDescriptor& value);

/// SetText sets a member, or adds to one that is repeated: text as it is, numbers as plain decimals, bytes in
/// lower-case hex, a mask as `name,state`. What is left out of a message cannot be said: no empty text, and no 0 of a
/// number that means "left out" by it (one without presence). InvalidArgument: nothing that the member can be.
/// REQUIRES: IsText(member).
Result<void> SetText(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& member,
                     std::string_view text);

}  // namespace certmark::api
