#include "verifier-sdk/core/jws.h"

#include <utility>

#include "verifier-sdk/core/certificate.h"
#include "verifier-sdk/core/json.h"

namespace certmark {
namespace {

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

struct Parts {
  std::string_view header, payload, signature;
};

Result<Parts> Split(std::string_view text) {
  const std::size_t first = text.find('.');
  if (first == std::string_view::npos) return Invalid("JWS has no dot");
  const std::size_t second = text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) {
    return Invalid("JWS is not of three parts");
  }
  return Parts{text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
}

Result<json::Document> ParseHeader(std::string_view base64url) {
  const Bytes header = CM_TRY(Base64UrlDecode(base64url));
  json::Document document = CM_TRY(json::Document::Parse(AsText(header), header.size()));
  if (!document.root().is(json::Kind::kObject)) return Invalid("JWS header is no object");
  return document;
}

Result<std::vector<Bytes>> ReadX5c(json::Value header) {
  std::vector<Bytes> certificates;
  for (const std::string_view text : CM_TRY(header.Strings("x5c"))) {
    certificates.push_back(CM_TRY(Certificate::DecodeBase64(text)));
  }
  if (certificates.empty()) return Invalid("x5c is empty");
  return certificates;
}

std::string_view AlgOf(PublicKey::Curve curve) {
  return curve == PublicKey::Curve::kP256 ? "ES256" : "ES384";
}

}  // namespace

Result<Jws> ParseJws(std::string_view text, std::string_view typ, X5c x5c, std::size_t max_bytes) {
  if (text.size() > max_bytes) return Invalid("JWS is over " + std::to_string(max_bytes) + " bytes");
  const Parts parts = CM_TRY(Split(text));
  const json::Document document = CM_TRY(ParseHeader(parts.header));
  const json::Value header = document.root();

  Jws jws;
  jws.alg = CM_TRY(header.String("alg"));
  jws.kid = CM_TRY(header.String("kid"));
  jws.typ = CM_TRY(header.String("typ"));
  if (jws.typ != typ) return Invalid("JWS typ is not " + std::string(typ));
  if (x5c == X5c::kRequired) jws.x5c = CM_TRY(ReadX5c(header));
  // Members are unique, so the right number of them means that there is no other.
  const std::size_t expected_members = x5c == X5c::kRequired ? 4 : 3;
  if (header.Members().size() != expected_members)
    return Invalid("JWS header has a member that its type does not list");

  jws.payload = CM_TRY(Base64UrlDecode(parts.payload));
  jws.signature = CM_TRY(Base64UrlDecode(parts.signature));
  jws.signed_size = parts.header.size() + 1 + parts.payload.size();
  jws.text = text;
  return jws;
}

Result<std::string> PeekJwsType(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) return Invalid("JWS is over " + std::to_string(max_bytes) + " bytes");
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return Invalid("JWS has no dot");
  const json::Document document = CM_TRY(ParseHeader(text.substr(0, dot)));
  return std::string(CM_TRY(document.root().String("typ")));
}

bool VerifyJws(const Jws& jws, const PublicKey& key) {
  return jws.alg == AlgOf(key.curve()) && jws.kid == key.thumbprint() &&
         key.Verify(AsBytes(jws.signing_input()), jws.signature);
}

std::string JwsSigningInput(std::string_view alg, std::string_view kid, std::string_view typ,
                            const std::vector<Bytes>& x5c, std::string_view payload) {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("alg", alg);
    writer.Member("kid", kid);
    writer.Member("typ", typ);
    if (x5c.empty()) return;
    writer.Key("x5c").Array([&] {
      for (const Bytes& der : x5c) writer.String(Base64Encode(der));
    });
  });
  return Base64UrlEncode(AsBytes(writer.Take())) + "." + Base64UrlEncode(AsBytes(payload));
}

std::string FinishJws(std::string signing_input, ByteView signature) {
  signing_input += '.';
  signing_input += Base64UrlEncode(signature);
  return signing_input;
}

}  // namespace certmark
