#include "tests/integration/server/ceremony_fixture.h"

#include <fstream>
#include <sstream>

#include "ca/authority.h"
#include "ca/key_file.h"
#include "ca/x509_profiles.h"

namespace certmark::testing {
namespace {

constexpr std::string_view kAuthority = "https://ca.example";

ca::CeremonyReport Run(const Ceremony::Options& options, const std::filesystem::path& directory) {
  ca::CeremonyRequest request;
  request.directory = directory;
  request.authority = kAuthority;
  request.name = "Example Certification Authority";
  request.registrar = "Registrar One";
  request.hosts = {"127.0.0.1", "localhost"};
  request.passphrase = ca::Secret(options.passphrase);
  request.witnesses = options.witnesses;
  request.quorum = options.quorum;
  if (options.production) {
    request.environment = TrustList::Environment::kProduction;
    request.pen = 12345;
  }
  return ca::RunCeremony(request, ca::SystemTime, ca::SystemRandom).value();
}

}  // namespace

std::string ReadText(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

Ceremony::Ceremony(const Options& options)
    : files_(directory_ / "authority"), report_(Run(options, directory_ / "authority")) {}

api::Config Ceremony::Config() const {
  api::Config config;
  config.directory = files_.root;
  for (api::Listener* listener :
       {&config.public_grpc, &config.party_grpc, &config.public_http, &config.party_http, &config.operations}) {
    listener->port = 0;
  }
  return config;
}

std::string Ceremony::roots_pem() const {
  return ReadText(files_.certificate("root"));
}

Credentials Ceremony::registrar() const {
  return {ReadText(report_.registrar_home / "certificate.pem"), ReadText(report_.registrar_home / "key.pem")};
}

Credentials Ceremony::Unenrolled() const {
  const auto authority = ca::Authority::Load(files_, {}, ca::SystemTime()).value();
  ca::PrivateKey key = ca::GenerateKey(ca::KeyKind::kP256).value();
  std::string key_pem(ca::KeyPem(key, {})->Reveal());
  const auto signer = ca::MakeSigner(std::move(key)).value();
  const auto certificate =
      ca::IssuePartyCertificate({authority.party_ca, *authority.party_ca_signer}, signer->public_key(), "Nobody",
                                "abcdefgh23456789", kAuthority, ca::SystemTime(), ca::SystemRandom)
          .value();
  return {ca::ToPem(certificate) + ca::ToPem(authority.party_ca), std::move(key_pem)};
}

}  // namespace certmark::testing
