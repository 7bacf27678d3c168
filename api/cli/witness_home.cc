#include "api/cli/witness_home.h"

#include "api/cli/files.h"
#include "ca/key_file.h"
#include "ledger/posix_file.h"

namespace certmark::cli {
namespace {

constexpr std::size_t kMaxVkey = 1024;
constexpr ca::KeyKind kKind = ca::KeyKind::kEd25519;

}  // namespace

Result<NoteKey> WitnessHome::Create(std::string_view name, const ca::Secret& passphrase) const {
  // A bad name is told before anything is made.
  CM_TRY(NoteKey::Create(name, NoteKey::Type::kCosignature, Bytes(32)));
  ca::PrivateKey key = CM_TRY(ca::GenerateKey(kKind));
  CM_TRY(MakeDirectories(directory_));
  CM_TRY(ca::SaveKey(key_file(), key, passphrase));
  CM_TRY(MakeDirectories(memory()));
  const auto signer = CM_TRY(ca::MakeNoteSigner(std::move(key)));
  NoteKey public_key = CM_TRY(NoteKey::Create(name, NoteKey::Type::kCosignature, signer->public_key()));
  CM_TRY(ledger::ReplaceFile(vkey_file(), public_key.ToVkey() + "\n"));
  return public_key;
}

Result<WitnessHome::Key> WitnessHome::Load(const ca::Secret& passphrase) const {
  const auto text = CM_TRY(ledger::ReadSmallFile(vkey_file(), kMaxVkey));
  if (!text) return Error{ErrorCode::kNotFound, "no witness in " + directory_.string() + ": `certmark witness init`"};
  if (std::error_code ignored; !std::filesystem::is_directory(memory(), ignored)) {
    return Error{ErrorCode::kFailedPrecondition,
                 memory().string() + " is gone: a witness without its memory must not sign again; make a new one"};
  }
  NoteKey key = CM_TRY(NoteKey::Parse(std::string_view(*text).substr(0, text->find('\n'))));
  auto signer = CM_TRY(ca::MakeNoteSigner(CM_TRY(ca::LoadKey(key_file(), passphrase, kKind))));
  if (key.type() != NoteKey::Type::kCosignature || !Equal(key.public_key(), signer->public_key())) {
    return Error{ErrorCode::kCorruption, vkey_file().string() + " is not of the key beside it"};
  }
  return Key{std::move(key), std::move(signer)};
}

}  // namespace certmark::cli
