#include "tests/support/grown_log.h"

#include <fstream>

#include "verifier-sdk/core/entry_bundle.h"
#include "verifier-sdk/core/hash_row.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/log_entry.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/packed_number.h"
#include "verifier-sdk/core/tile.h"

namespace certmark::testing {
namespace {

std::string PackedAt(std::string_view prefix, std::uint64_t i) {
  // Of 37 in a row, five have no check symbol: each 32 good ones are taken of 37.
  const std::uint64_t symbols = (i / 32 * 37 + i % 32) * 97;  // 97 is 23 mod 37: the check values are permuted
  for (std::uint64_t add = 0;; ++add) {
    const std::uint64_t year = 2026;
    if (auto text =
            UnpackNumber(prefix, year << 50 | ((symbols + add * (std::uint64_t{1} << 40)) & ((1ull << 50) - 1)))) {
      return *text;
    }
  }
}

}  // namespace

std::string NumberAt(std::uint64_t i) {
  return PackedAt(kCertificationPrefix, i);
}
std::string OrderAt(std::uint64_t i) {
  return PackedAt(kOrderPrefix, i);
}
std::string SignerAt(std::uint64_t i) {
  return Sha256(AsBytes("signer " + std::to_string(i))).Hex();
}

std::string PayloadOf(const CredentialSpec& spec, std::string_view authority) {
  const std::string iss(authority), id = iss + "/certifications/" + spec.number, app = "android:" + spec.package;
  json::Writer w;
  w.Object([&] {
    w.Member("iss", iss);
    w.Member("jti", id);
    w.Member("sub", app);
    w.Member("iat", static_cast<std::uint64_t>(ToEpoch(spec.issued)));
    w.Member("exp", static_cast<std::uint64_t>(ToEpoch(spec.until)));
    w.Strings("@context", {"https://www.w3.org/ns/credentials/v2", iss + "/ns/v1"});
    w.Strings("type", {"VerifiableCredential", "AppCertification"});
    w.Member("id", id);
    w.Key("issuer").Object([&] {
      w.Member("id", iss);
      w.Member("name", "Example Certification Authority");
    });
    w.Member("validFrom", FormatDateTime(spec.issued));
    w.Member("validUntil", FormatDateTime(spec.until));
    w.Key("credentialSubject").Object([&] {
      w.Member("id", app);
      w.Member("type", "MobileApplication");
      w.Member("name", spec.name);
      w.Member("platform", "android");
      w.Member("package", spec.package);
      w.Strings("signers", spec.signers);
      w.Key("versions").Object([&] {
        w.Member("from", spec.from);
        if (spec.to) w.Member("to", *spec.to);
      });
      w.Key("operator").Object([&] {
        w.Member("id", "reg:XX:0000007");
        w.Member("name", "Example Operator 07");
        w.Member("url", "https://operator07.example");
      });
      w.Key("certification").Object([&] {
        w.Member("number", spec.number);
        w.Member("scheme", spec.scheme);
        w.Strings("standards", {"GB/T 35273-2020"});
        w.Member("level", spec.level);
        w.Strings("scope", {"collection", "storage", "use", "sharing", "rights", "security"});
        w.Key("evaluatedBy").Array([&] {
          w.Object([&] {
            w.Member("name", "Example Test Laboratory");
            w.Member("report", "sha256:" + SignerAt(2));
          });
        });
        w.Member("decision", "sha256:" + SignerAt(3));
        w.Member("decidedOn", FormatDate(spec.issued - kDay));
      });
    });
    w.Key("status").Object([&] {
      w.Key("status_list").Object([&] {
        w.Member("idx", spec.status_index);
        w.Member("uri", iss + "/status/0");
      });
    });
  });
  return w.Take();
}

GrownLog::GrownLog(const TestPki& pki, std::string origin, const std::optional<Checkpoint>& previous)
    : pki_(&pki), origin_(std::move(origin)) {
  Genesis genesis{std::string(kAuthority), origin_, TestNoteKey::Log(origin_).vkey(), kNow, {Sha256(pki.root)}, {}};
  if (previous) genesis.previous = Genesis::Previous{previous->origin, previous->size, previous->root};
  Add(SignJws("ES384", pki.root_key.kid(), kTypGenesis, {}, GenesisPayload(genesis), pki.root_key));
  Add(KeyEntry(pki.signer_key, pki.signer));
}

std::string GrownLog::Credential(const CredentialSpec& spec) const {
  return SignJws("ES256", pki_->signer_key.kid(), kTypCredential, {}, PayloadOf(spec), pki_->signer_key);
}

std::string GrownLog::UnsignedCredential(const CredentialSpec& spec) const {
  return FinishJws(JwsSigningInput("ES256", pki_->signer_key.kid(), kTypCredential, {}, PayloadOf(spec)), Bytes(64, 7));
}

std::string GrownLog::EventEntry(const Event& event) const {
  return SignJws("ES256", pki_->signer_key.kid(), kTypEvent, {}, EventPayload(event), pki_->signer_key);
}

std::string GrownLog::EventOf(EventKind kind, std::string_view package, std::string_view number, Time at) const {
  Event event;
  event.kind = kind;
  event.iss = kAuthority;
  event.iat = event.toe = at;
  event.jti = "urn:uuid:01234567-89ab-cdef-0123-456789abcdef";
  event.app = {Platform::kAndroid, std::string(package)};
  event.number = number;
  event.reason = "a-reason";
  event.until = at + 90 * kDay;
  event.by = NumberAt(999'999);
  return EventEntry(event);
}

std::string GrownLog::Order(EventKind kind, std::string_view package, std::string_view order, Time at) const {
  Event event;
  event.kind = kind;
  event.iss = kAuthority;
  event.iat = event.toe = at;
  event.jti = "urn:uuid:01234567-89ab-cdef-0123-456789abcdef";
  event.app = {Platform::kAndroid, std::string(package)};
  event.order = order;
  event.reason = "a-reason";
  event.deadline = at;
  event.operator_name = event.version = event.store = event.body = "x";
  event.tested_first = event.tested_last = "2026-11-01";
  return EventEntry(event);
}

std::string GrownLog::KeyEntry(const TestKey& key, const Bytes& leaf) const {
  return SignJws("ES256", key.kid(), kTypKey, {}, KeyEntryPayload(kAuthority, kNow, leaf, pki_->credential_ca), key);
}

GrownLog& GrownLog::Add(std::string entry) {
  Hash hash = LeafHash(AsBytes(entry));
  entries_.push_back(std::move(entry));
  tree_.Push(hash);
  for (std::size_t level = 0;; ++level) {
    if (levels_.size() == level) levels_.emplace_back();
    auto& row = levels_[level];
    row.push_back(hash);
    if (row.size() % kTileWidth != 0) return *this;
    hash = CompleteRoot(std::span(row).last(kTileWidth));
  }
}

GrownLog& GrownLog::Publish(Time at, const std::vector<std::string>& witnesses) {
  published_ = {origin_, tree_.size(), tree_.root()};
  const std::string text = published_.ToText();
  note_ = text + "\n" + TestNoteKey::Log(origin_).SignNote(text);
  for (const std::string& name : witnesses) note_ += TestNoteKey::Witness(name).Cosign(text, at);
  return *this;
}

std::optional<std::string> GrownLog::Read(std::string_view path) const {
  if (path == "checkpoint") return note_.empty() ? std::nullopt : std::optional(note_);
  if (!path.starts_with("tile/")) return std::nullopt;
  const auto name = TileName::Parse(path.substr(5));
  if (!name) return std::nullopt;
  const std::uint8_t level = name->level.value_or(0);
  const unsigned has = WidthAt(published_.size, level, name->number);
  if (name->width != has && has != kTileWidth) return std::nullopt;  // of a full tile, narrower ones are served too
  const std::uint64_t begin = name->number * kTileWidth;
  if (name->level) {
    return std::string(AsText(EncodeHashRow(std::span(levels_[level]).subspan(begin, name->width))));
  }
  Bytes bundle;
  for (std::uint64_t i = begin; i < begin + name->width; ++i) AppendToBundle(bundle, AsBytes(entries_[i]));
  return std::string(AsText(bundle));
}

void GrownLog::Write(const std::filesystem::path& directory) const {
  const auto write = [&](const std::string& path) {
    const std::filesystem::path file = directory / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << Read(path).value();
  };
  for (std::uint8_t level = 0; level < 6; ++level) {
    for (std::uint64_t tile = 0; const unsigned width = WidthAt(published_.size, level, tile); ++tile) {
      write("tile/" + TileName{level, tile, width}.ToPath());
      if (level == 0) write("tile/" + TileName{std::nullopt, tile, width}.ToPath());
    }
  }
  write("checkpoint");
}

}  // namespace certmark::testing
