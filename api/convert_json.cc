// REST's JSON: a message as protobuf's own printer would write it. That one makes a type description of every message
// anew and goes through two intermediate forms: it took ten times as long as looking up what it wrote.
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/time_util.h>

#include <string>

#include "api/convert.h"
#include "verifier-sdk/core/json.h"

namespace certmark::api {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

// JsonOf writes one message; what this JSON has no form for is left to the caller, who asks error().
class JsonOf {
 public:
  explicit JsonOf(EmptyMembers empty) : empty_(empty) {}

  void Put(const Message& message) {
    if (message.GetDescriptor() == Timestamp::descriptor()) {
      out_.String(google::protobuf::util::TimeUtil::ToString(static_cast<const Timestamp&>(message)));
      return;
    }
    out_.Object([&] {
      for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
        const FieldDescriptor& member = *message.GetDescriptor()->field(i);
        if (!IsShown(message, member)) continue;
        out_.Key(member.json_name());
        PutMember(message, member);
      }
    });
  }
  std::string Take() { return out_.Take(); }
  const std::optional<Error>& error() const { return error_; }

 private:
  // What can be there or not is shown where it is there; other members hold something always, if only nothing.
  bool IsShown(const Message& message, const FieldDescriptor& member) const {
    const Reflection& its = *message.GetReflection();
    if (member.is_repeated()) return empty_ == EmptyMembers::kWritten || its.FieldSize(message, &member) > 0;
    return its.HasField(message, &member) || (empty_ == EmptyMembers::kWritten && !member.has_presence());
  }

  void PutMember(const Message& message, const FieldDescriptor& member) {
    if (!member.is_repeated()) return PutOne(message, member, -1);
    out_.Array([&] {
      for (int i = 0; i < message.GetReflection()->FieldSize(message, &member); ++i) PutOne(message, member, i);
    });
  }

  // PutOne: `at` is the place of one of many, or -1. 64 bits are text, as protobuf has it: numbers lose some of them.
  void PutOne(const Message& message, const FieldDescriptor& member, int at) {
    const Reflection& its = *message.GetReflection();
    const bool many = at >= 0;
    switch (member.cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        out_.Bool(many ? its.GetRepeatedBool(message, &member, at) : its.GetBool(message, &member));
        return;
      case FieldDescriptor::CPPTYPE_UINT32:
        out_.Number(many ? its.GetRepeatedUInt32(message, &member, at) : its.GetUInt32(message, &member));
        return;
      case FieldDescriptor::CPPTYPE_UINT64:
        out_.String(
            std::to_string(many ? its.GetRepeatedUInt64(message, &member, at) : its.GetUInt64(message, &member)));
        return;
      case FieldDescriptor::CPPTYPE_ENUM:
        return PutEnum(member,
                       many ? its.GetRepeatedEnumValue(message, &member, at) : its.GetEnumValue(message, &member));
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string room;
        const std::string& text = many ? its.GetRepeatedStringReference(message, &member, at, &room)
                                       : its.GetStringReference(message, &member, &room);
        out_.String(member.type() == FieldDescriptor::TYPE_BYTES ? Base64Encode(AsBytes(text)) : text);
        return;
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (member.is_map()) break;
        return Put(many ? its.GetRepeatedMessage(message, &member, at) : its.GetMessage(message, &member));
      default:
        break;
    }
    // No answer of the contract has such a member, which a test holds it to.
    error_ = {ErrorCode::kInternal, "there is no JSON for " + member.full_name()};
    out_.Null();
  }

  void PutEnum(const FieldDescriptor& member, int number) {
    const EnumValueDescriptor* value = member.enum_type()->FindValueByNumber(number);
    if (value != nullptr) {
      out_.String(value->name());
    } else {
      out_.Raw(std::to_string(number));
    }
  }

  const EmptyMembers empty_;
  json::Writer out_;
  std::optional<Error> error_;
};

}  // namespace

Result<std::string> ToRestJson(const Message& message, EmptyMembers empty) {
  JsonOf json(empty);
  json.Put(message);
  if (json.error()) return *json.error();
  return json.Take();
}

}  // namespace certmark::api
