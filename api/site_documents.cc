#include "api/site_documents.h"

#include <set>

#include "verifier-sdk/core/json.h"

namespace certmark::api {
namespace {

void WriteJwk(json::Writer& writer, const SigningKey& signer) {
  const PublicKey& key = signer.leaf.key();
  const bool p256 = key.curve() == PublicKey::Curve::kP256;
  writer.Object([&] {
    writer.Member("kty", "EC");
    writer.Member("crv", p256 ? "P-256" : "P-384");
    writer.Member("x", Base64UrlEncode(key.x()));
    writer.Member("y", Base64UrlEncode(key.y()));
    writer.Member("kid", key.thumbprint());
    writer.Member("use", "sig");
    writer.Member("alg", p256 ? "ES256" : "ES384");
    writer.Strings("x5c", {Base64Encode(signer.leaf.der()), Base64Encode(signer.ca.der())});
    writer.Member("x5t#S256", Base64UrlEncode(signer.leaf.fingerprint().view()));
  });
}

// The vocabulary's own terms; those of the credential's base context (name, id, type, issuer, valid…) are not said
// again, for they are protected there. JWT claims that travel in the payload are named so that no processor drops them
// in silence.
constexpr std::string_view kTerms = R"(
"@version":1.1,"@protected":true,
"AppCertification":"cm:AppCertification",
"MobileApplication":"cm:MobileApplication",
"iss":"cm:iss","jti":"cm:jti","sub":"cm:sub","iat":"cm:iat","exp":"cm:exp","status":{"@id":"cm:status","@type":"@json"},
"platform":"cm:platform","package":"cm:package",
"signers":{"@id":"cm:signers","@container":"@set"},
"versions":{"@id":"cm:versions","@context":{"from":"cm:versionFrom","to":"cm:versionTo"}},
"operator":"cm:operator",
"url":{"@id":"https://schema.org/url","@type":"@id"},
"certification":{"@id":"cm:certification","@context":{
"number":"cm:number","scheme":"cm:scheme","standards":{"@id":"cm:standards","@container":"@set"},"level":"cm:level",
"scope":{"@id":"cm:scope","@container":"@set"},
"evaluatedBy":{"@id":"cm:evaluatedBy","@container":"@set"},"report":"cm:report",
"decision":"cm:decision","decidedOn":{"@id":"cm:decidedOn","@type":"http://www.w3.org/2001/XMLSchema#date"}}}})";

}  // namespace

std::string DiscoveryJson(const ca::Authority& authority, std::string_view contact) {
  json::Writer writer;
  writer.Object([&] {
    writer.Member("issuer", authority.iss);
    writer.Member("name", authority.name);
    writer.Member("environment", authority.is_test() ? "test" : "production");
    writer.Member("jwks_uri", authority.iss + "/.well-known/jwks.json");
    writer.Member("trust_uri", authority.iss + "/trust");
    writer.Key("logs").Array([&] {
      for (const auto& log : authority.trust.logs()) {
        writer.Object([&] {
          writer.Member("origin", log.origin);
          writer.Member("url", log.url);
        });
      }
    });
    writer.Member("status_uri", authority.iss + "/status");
    writer.Member("api_uri", authority.iss + "/v1");
    if (!contact.empty()) writer.Member("contact", contact);
  });
  return writer.Take();
}

std::string JwksJson(std::span<const SigningKey> keys) {
  std::set<std::string_view> written;
  json::Writer writer;
  writer.Object([&] {
    writer.Key("keys").Array([&] {
      for (const SigningKey& key : keys) {
        if (written.insert(key.leaf.key().thumbprint()).second) WriteJwk(writer, key);
      }
    });
  });
  return writer.Take();
}

std::string ContextJson(std::string_view authority) {
  json::Writer vocabulary;
  vocabulary.String(std::string(authority) + "/ns/v1#");
  return R"({"@context":{"cm":)" + vocabulary.Take() + "," + std::string(kTerms.substr(1)) + "}\n";
}

std::string StatusIndexJson(std::string_view authority, std::uint32_t lists) {
  std::vector<std::string> uris;
  for (std::uint32_t i = 0; i < lists; ++i) uris.push_back(std::string(authority) + "/status/" + std::to_string(i));
  json::Writer writer;
  writer.Object([&] { writer.Strings("status_lists", uris); });
  return writer.Take();
}

}  // namespace certmark::api
