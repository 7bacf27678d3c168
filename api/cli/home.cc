#include "api/cli/home.h"

#include "api/cli/exit.h"
#include "api/cli/files.h"
#include "ca/key_file.h"
#include "ca/x509_profiles.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/names.h"

namespace certmark::cli {
namespace {

constexpr std::size_t kMaxFileBytes = 64 * 1024;

// The text of a file of the home; `missing` says what makes it.
Result<std::string> ReadHomeFile(const std::filesystem::path& file, std::string_view missing) {
  auto text = CM_TRY(ledger::ReadSmallFile(file, kMaxFileBytes));
  if (!text) return Unfit("no " + file.string() + ": " + std::string(missing));
  return *std::move(text);
}

Result<void> SaveHomeFile(const std::filesystem::path& file, std::string_view text) {
  CM_TRY(MakeDirectories(file.parent_path()));
  return ledger::ReplaceFile(file, text);
}

Result<std::string> Member(json::Value object, std::string_view name) {
  return std::string(CM_TRY(object.String(name)));
}

Result<Endpoints> ParseEndpoints(std::string_view text) {
  const json::Document document = CM_TRY(json::Document::Parse(text, kMaxFileBytes));
  const json::Value root = document.root();
  Endpoints out;
  out.authority = CM_TRY(Member(root, "authority"));
  out.public_address = CM_TRY(Member(root, "public"));
  out.party_address = CM_TRY(Member(root, "party"));
  if (!IsAuthority(out.authority)) return Unfit("authority is none: " + out.authority);
  return out;
}

Result<EnrolmentNote> ParseEnrolment(std::string_view text) {
  const json::Document document = CM_TRY(json::Document::Parse(text, kMaxFileBytes));
  const json::Value root = document.root();
  EnrolmentNote out;
  out.authority = CM_TRY(Member(root, "authority"));
  out.name = CM_TRY(Member(root, "name"));
  out.fingerprint = CM_TRY(Member(root, "fingerprint"));
  return out;
}

template <class T>
Result<T> InFile(const std::filesystem::path& file, Result<T> parsed) {
  if (parsed) return parsed;
  return Unfit(file.string() + ": " + parsed.error().message);
}

Result<ca::PrivateKey> LoadHomeKey(const Home& home, const ca::Secret& passphrase) {
  auto key = ca::LoadKey(home.key(), passphrase, ca::KeyKind::kP256);
  if (key) return key;
  const bool locked = key.error().code == ErrorCode::kPermissionDenied && passphrase.empty();
  return Unfit(key.error().message + (locked ? " (is --passphrase-file missing?)" : ""));
}

// Elsewhere is a file's place: where it was said to be, or else in the home.
std::filesystem::path Elsewhere(std::filesystem::path told, const std::filesystem::path& usual) {
  return told.empty() ? usual : std::move(told);
}

}  // namespace

Home::Home(HomePlaces places)
    : root_(std::move(places.root)),
      key_(Elsewhere(std::move(places.key), root_ / "key.pem")),
      certificate_(Elsewhere(std::move(places.certificate), root_ / "certificate.pem")),
      trust_(Elsewhere(std::move(places.trust), root_ / "trust")) {}

Result<Endpoints> Home::LoadEndpoints() const {
  const std::string text = CM_TRY(ReadHomeFile(
      endpoints(),
      "this home knows no authority to ask; `certmark party enrol` says where it is, --home names another home"));
  return InFile(endpoints(), ParseEndpoints(text));
}

Result<void> Home::Save(const Endpoints& value) const {
  json::Writer w;
  w.Object([&] {
    w.Member("authority", value.authority);
    w.Member("public", value.public_address);
    w.Member("party", value.party_address);
  });
  return SaveHomeFile(endpoints(), w.Take() + "\n");
}

Result<EnrolmentNote> Home::LoadEnrolment() const {
  const std::string text = CM_TRY(ReadHomeFile(enrolment(), "`certmark party enrol` asks to be enrolled"));
  return InFile(enrolment(), ParseEnrolment(text));
}

Result<void> Home::Save(const EnrolmentNote& note) const {
  json::Writer w;
  w.Object([&] {
    w.Member("authority", note.authority);
    w.Member("name", note.name);
    w.Member("fingerprint", note.fingerprint);
  });
  return SaveHomeFile(enrolment(), w.Take() + "\n");
}

Result<Identity> Home::LoadIdentity(const ca::Secret& passphrase) const {
  const std::string pem = CM_TRY(
      ReadHomeFile(certificate(), "this home is not enrolled; `certmark party enrol`, then `certmark party fetch`"));
  const auto chain = CM_TRY(InFile(certificate(), ca::CertificatesFromPem(pem)));
  if (chain.size() != 2) return Unfit(certificate().string() + " holds not exactly two certificates");
  if (chain[0].san_uris().size() != 1) return Unfit(certificate().string() + " names no party");

  ca::PrivateKey private_key = CM_TRY(LoadHomeKey(*this, passphrase));
  ca::Secret key_pem = CM_TRY(ca::KeyPem(private_key, ca::Secret()));
  auto signer = CM_TRY(ca::MakeSigner(std::move(private_key)));
  if (signer->public_key().spki() != chain[0].key().spki()) {
    return Unfit(key().string() + " is not the key of " + certificate().string());
  }
  return Identity{std::move(signer), std::move(key_pem), chain[0], chain[1]};
}

Result<void> Home::SaveCertificate(const Certificate& leaf, const Certificate& party_ca) const {
  const std::string pem = ca::ToPem(leaf) + ca::ToPem(party_ca);
  const auto before = CM_TRY(ledger::ReadSmallFile(certificate(), kMaxFileBytes));
  std::filesystem::path old = certificate();
  if (before && *before != pem) CM_TRY(SaveHomeFile(old.replace_extension(".old.pem"), *before));
  return SaveHomeFile(certificate(), pem);
}

}  // namespace certmark::cli
