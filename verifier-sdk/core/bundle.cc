#include "verifier-sdk/core/bundle.h"

#include <utility>

#include "verifier-sdk/core/certificate.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/quote.h"

namespace certmark {
namespace {

constexpr std::size_t kCertificates = 2;

Error Refuse(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<std::optional<std::string>> OptionalText(const json::Value& object, std::string_view name) {
  const auto text = CM_TRY(object.OptionalString(name));
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

}  // namespace

Result<Bundle> Bundle::Parse(std::string_view json) {
  const json::Document document = CM_TRY(json::Document::Parse(json, kMaxBytes));
  const json::Value root = document.root();
  const std::string_view media_type = CM_TRY(root.String("mediaType"));
  if (media_type != kMediaType) return Refuse("mediaType is not that of a bundle: " + Quote(media_type));
  Bundle out;
  out.credential = std::string(CM_TRY(root.String("credential")));
  const auto certificates = CM_TRY(root.Strings("certificates"));
  if (certificates.size() != kCertificates) {
    return Refuse("not two certificates but " + std::to_string(certificates.size()));
  }
  for (const std::string_view text : certificates) {
    out.certificates.push_back(CM_TRY(Certificate::DecodeBase64(text)));
  }
  out.tlog_proof = CM_TRY(OptionalText(root, "tlogProof"));
  out.status_list = CM_TRY(OptionalText(root, "statusList"));
  return out;
}

std::string Bundle::ToJson() const {
  json::Writer w;
  w.Object([&] {
    w.Member("mediaType", kMediaType);
    w.Member("credential", credential);
    w.Key("certificates").Array([&] {
      for (const Bytes& der : certificates) w.String(Base64Encode(der));
    });
    if (tlog_proof) w.Member("tlogProof", *tlog_proof);
    if (status_list) w.Member("statusList", *status_list);
  });
  return w.Take();
}

}  // namespace certmark
