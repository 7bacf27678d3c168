#include "api/read_mask.h"

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/field_mask_util.h>

#include <string>
#include <string_view>

#include "api/request_field.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::util::FieldMaskUtil;

constexpr char kField[] = "read_mask";
// Each thing of a list is held against each path.
constexpr int kMaxPaths = 64;

// Protobuf overlooks parts that are empty.
bool IsPath(std::string_view path) {
  return !path.empty() && path.front() != '.' && path.back() != '.' && path.find("..") == path.npos;
}

// The request's mask; empty where it has none.
const FieldMask& MaskOf(const Message& request) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName(kField);
  if (field == nullptr) return FieldMask::default_instance();
  return static_cast<const FieldMask&>(request.GetReflection()->GetMessage(request, field));
}

// What an answer lists: its one repeated message beside nothing but a page token; null: it is the thing itself.
const FieldDescriptor* ListedIn(const Descriptor& response) {
  const FieldDescriptor* listed = nullptr;
  for (int i = 0; i < response.field_count(); ++i) {
    const FieldDescriptor* field = response.field(i);
    if (field->name() == "next_page_token") continue;
    if (listed != nullptr || !field->is_repeated() || field->message_type() == nullptr) return nullptr;
    listed = field;
  }
  return listed;
}

}  // namespace

Result<void> CheckReadMask(const Message& request, const Message& response) {
  const FieldDescriptor* listed = ListedIn(*response.GetDescriptor());
  const Descriptor* masked = listed ? listed->message_type() : response.GetDescriptor();
  const FieldMask& mask = MaskOf(request);
  if (mask.paths_size() > kMaxPaths) {
    return InField(kField, Error{ErrorCode::kInvalidArgument, "over " + std::to_string(kMaxPaths) + " paths"});
  }
  for (int i = 0; i < mask.paths_size(); ++i) {
    if (IsPath(mask.paths(i)) && FieldMaskUtil::GetFieldDescriptors(masked, mask.paths(i), nullptr)) continue;
    return InField(FieldAt(std::string(kField) + ".paths", i),
                   Error{ErrorCode::kInvalidArgument, masked->name() + " has no " + Quote(mask.paths(i))});
  }
  return {};
}

void TrimToMask(const Message& request, Message& response) {
  const FieldMask& mask = MaskOf(request);
  if (mask.paths().empty()) return;
  const FieldDescriptor* listed = ListedIn(*response.GetDescriptor());
  if (listed == nullptr) {
    FieldMaskUtil::TrimMessage(mask, &response);
    return;
  }
  for (int i = 0; i < response.GetReflection()->FieldSize(response, listed); ++i) {
    FieldMaskUtil::TrimMessage(mask, response.GetReflection()->MutableRepeatedMessage(&response, listed, i));
  }
}

}  // namespace certmark::api
