#include "api/refusal.h"

#include <google/protobuf/message.h>
#include <spdlog/spdlog.h>

#include "api/convert.h"
#include "api/errors.h"

namespace certmark::api {

Refusal RefusalOf(const Error& error) {
  if (IsOwnFault(error)) spdlog::error("{}", error.message);
  return OutwardRefusal(error);
}

std::string ResourceIn(const google::protobuf::Message& request) {
  const google::protobuf::Descriptor& type = *request.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const google::protobuf::FieldDescriptor& field = *type.field(i);
    if (field.is_repeated() || field.type() != field.TYPE_STRING) continue;
    std::string text = request.GetReflection()->GetString(request, &field);
    if (ParseSubject(text)) return text;
  }
  return {};
}

}  // namespace certmark::api
