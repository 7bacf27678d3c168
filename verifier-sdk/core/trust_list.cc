#include "verifier-sdk/core/trust_list.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "verifier-sdk/core/chain.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/jws.h"
#include "verifier-sdk/core/names.h"

namespace certmark {
namespace {

constexpr Seconds kMaxLife{398 * 24 * 3600};
constexpr std::string_view kEnterpriseArc = "1.3.6.1.4.1.";
constexpr std::uint64_t kMaxArc = (1ULL << 31) - 1;
constexpr std::uint64_t kDocumentationPen = 32473;  // RFC 5612

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "trust list: " + std::move(message)};
}

/// Distinct is true iff no two elements have the same projection.
template <class T, class Projection>
bool Distinct(const std::vector<T>& items, Projection projection) {
  for (auto item = items.begin(); item != items.end(); ++item) {
    for (auto other = items.begin(); other != item; ++other) {
      if (std::invoke(projection, *item) == std::invoke(projection, *other)) return false;
    }
  }
  return true;
}

Error SameList() {
  return {ErrorCode::kAlreadyExists, "trust list: this very list is accepted already"};
}

/// SignedPart is header and payload: all but the signature. REQUIRES: a compact JWS.
std::string_view SignedPart(std::string_view jws) {
  return jws.substr(0, jws.rfind('.'));
}

Result<Certificate> ReadSigner(const Jws& jws) {
  if (jws.x5c.size() != 1) return Invalid("x5c is not the root alone");
  if (jws.alg != "ES384") return Invalid("alg is not ES384");
  Certificate signer = CM_TRY(Certificate::Parse(jws.x5c.front()));
  CM_TRY(CheckRoot(signer));
  if (!VerifyJws(jws, signer.key())) return Invalid("signature or kid is not that of the root in x5c");
  return signer;
}

Result<TrustList::Environment> ReadEnvironment(json::Value list) {
  const std::string_view name = CM_TRY(list.String("environment"));
  if (name == "production") return TrustList::Environment::kProduction;
  if (name == "test") return TrustList::Environment::kTest;
  return Invalid("environment is neither production nor test");
}

/// ReadPen returns the PEN of `1.3.6.1.4.1.<PEN><suffix>`, a plain decimal and, as every arc, below 2^31.
Result<std::uint64_t> ReadPen(std::string_view oid, std::string_view suffix) {
  if (!oid.starts_with(kEnterpriseArc) || !oid.ends_with(suffix) ||
      oid.size() <= kEnterpriseArc.size() + suffix.size()) {
    return Invalid("an eku is not 1.3.6.1.4.1.<PEN>" + std::string(suffix));
  }
  oid.remove_prefix(kEnterpriseArc.size());
  oid.remove_suffix(suffix.size());
  const std::optional<std::uint64_t> pen = ParseDecimal(oid, kMaxArc);
  if (!pen) return Invalid("the PEN of an eku is no plain decimal below 2^31");
  return *pen;
}

struct Eku {
  std::string credential, status;
  std::uint64_t pen = 0;
};
Result<Eku> ReadEku(json::Value list) {
  const json::Value eku = CM_TRY(list.Object("eku"));
  Eku out;
  out.credential = CM_TRY(eku.String("credential"));
  out.status = CM_TRY(eku.String("status"));
  out.pen = CM_TRY(ReadPen(out.credential, ".1.1"));
  if (CM_TRY(ReadPen(out.status, ".1.2")) != out.pen) return Invalid("eku: two different PENs");
  return out;
}

Result<std::vector<Certificate>> ReadRoots(json::Value list) {
  std::vector<Certificate> roots;
  for (const std::string_view text : CM_TRY(list.Strings("roots"))) {
    Certificate root = CM_TRY(Certificate::Parse(CM_TRY(Certificate::DecodeBase64(text))));
    CM_TRY(CheckRoot(root));
    roots.push_back(std::move(root));
  }
  if (roots.empty()) return Invalid("no roots");
  if (!Distinct(roots, &Certificate::fingerprint)) return Invalid("a root is listed twice");
  return roots;
}

Result<TrustList::LogKey> ReadLog(json::Value log, std::string_view iss) {
  const std::string_view origin = CM_TRY(log.String("origin"));
  CM_TRY(ParseLogOrigin(iss, origin));
  NoteKey key = CM_TRY(NoteKey::Parse(CM_TRY(log.String("vkey"))));
  if (key.name() != origin) return Invalid("a log's vkey is not named by its origin");
  if (key.type() != NoteKey::Type::kEd25519) return Invalid("a log's vkey is not Ed25519");
  const std::string_view url = CM_TRY(log.String("url"));
  if (url.empty()) return Invalid("a log's url is empty");
  const auto final_size = CM_TRY(log.OptionalNumber("finalSize"));
  if (final_size == 0) return Invalid("a log's finalSize is 0, before its genesis");
  return TrustList::LogKey{std::string(origin), std::string(url), std::move(key), final_size};
}

/// ReadLogs demands at least one log: without any, no credential could be shown to be logged.
Result<std::vector<TrustList::LogKey>> ReadLogs(json::Value list, std::string_view iss) {
  std::vector<TrustList::LogKey> logs;
  for (const json::Value log : CM_TRY(list.Array("logs")).Elements()) logs.push_back(CM_TRY(ReadLog(log, iss)));
  if (logs.empty()) return Invalid("no logs");
  if (!Distinct(logs, [](const TrustList::LogKey& log) { return std::string_view(log.origin); })) {
    return Invalid("an origin is listed twice");
  }
  return logs;
}

Result<std::vector<NoteKey>> ReadWitnesses(json::Value list) {
  std::vector<NoteKey> witnesses;
  for (const std::string_view vkey : CM_TRY(list.Strings("witnesses"))) {
    NoteKey key = CM_TRY(NoteKey::Parse(vkey));
    if (key.type() != NoteKey::Type::kCosignature) return Invalid("a witness's vkey is not of the cosignature type");
    witnesses.push_back(std::move(key));
  }
  if (!Distinct(witnesses, [](const NoteKey& key) { return std::string_view(key.name()); })) {
    return Invalid("two witnesses of one name");
  }
  if (!Distinct(witnesses, [](const NoteKey& key) { return AsText(key.public_key()); })) {
    return Invalid("two witnesses of one key");
  }
  return witnesses;
}

Result<TrustList::Block> ReadBlock(json::Value block) {
  TrustList::Block out;
  out.spki = CM_TRY(Hash::FromHex(CM_TRY(block.String("spki"))));
  out.from_index = CM_TRY(block.OptionalNumber("fromIndex"));
  const std::optional<std::string_view> origin = CM_TRY(block.OptionalString("origin"));
  if (out.from_index.has_value() != origin.has_value()) return Invalid("a block has fromIndex or origin alone");
  // An origin that is not in `logs` is no mistake: such a block covers everything.
  out.origin = origin.value_or("");
  return out;
}

Result<std::vector<TrustList::Block>> ReadBlocked(json::Value list) {
  std::vector<TrustList::Block> blocked;
  for (const json::Value block : CM_TRY(list.Array("blocked")).Elements()) blocked.push_back(CM_TRY(ReadBlock(block)));
  return blocked;
}

Result<Time> ReadTime(json::Value list, std::string_view member) {
  return FromEpoch(static_cast<std::int64_t>(CM_TRY(list.Number(member))));
}

}  // namespace

Result<Pin> Pin::Parse(std::string_view text) {
  const std::size_t hash = text.find('#');
  if (hash == std::string_view::npos) return Error{ErrorCode::kInvalidArgument, "pin has no #"};
  const std::string_view authority = text.substr(0, hash);
  if (!IsAuthority(authority)) return Error{ErrorCode::kInvalidArgument, "pin does not begin with an authority"};
  const Hash root = CM_TRY(Hash::FromHex(text.substr(hash + 1)));
  return Pin{std::string(authority), root};
}

std::string Pin::ToText() const {
  return authority + "#" + root.Hex();
}

Result<TrustList> TrustList::Read(const Jws& jws) {
  TrustList out;
  out.text_ = jws.text;
  out.signer_ = CM_TRY(ReadSigner(jws));

  const json::Document document = CM_TRY(json::Document::Parse(jws.payload_text(), kMaxBytes));
  const json::Value list = document.root();
  out.iss_ = CM_TRY(list.String("iss"));
  if (!IsAuthority(out.iss_)) return Invalid("iss is no authority");
  out.seq_ = CM_TRY(list.Number("seq"));
  if (out.seq_ == 0) return Invalid("seq is 0");
  out.iat_ = CM_TRY(ReadTime(list, "iat"));
  out.exp_ = CM_TRY(ReadTime(list, "exp"));
  if (out.exp_ <= out.iat_ || out.exp_ - out.iat_ > kMaxLife) return Invalid("exp is not within 398 days after iat");
  out.environment_ = CM_TRY(ReadEnvironment(list));
  Eku eku = CM_TRY(ReadEku(list));
  const std::vector<std::string> ca_eku = {eku.credential, eku.status};
  out.credential_path_ = {std::move(eku.credential), ca_eku};
  out.status_path_ = {std::move(eku.status), ca_eku};
  out.roots_ = CM_TRY(ReadRoots(list));
  out.logs_ = CM_TRY(ReadLogs(list, out.iss_));
  out.witnesses_ = CM_TRY(ReadWitnesses(list));
  out.quorum_ = CM_TRY(list.Number("quorum"));
  if (out.quorum_ > out.witnesses_.size()) return Invalid("quorum is above the number of witnesses");
  out.blocked_ = CM_TRY(ReadBlocked(list));

  if (out.environment_ == Environment::kTest) return out;
  if (eku.pen == kDocumentationPen) return Invalid("production with the documentation PEN 32473");
  if (out.quorum_ == 0) return Invalid("production with quorum 0");
  return out;
}

// Whose certificate a list comes with is asked before anything of it is verified: each root is a signature on P-384,
// and a stranger's list has room for hundreds.
Result<TrustList> TrustList::AcceptFirst(std::string_view text, const Pin& pin) {
  const Jws jws = CM_TRY(ParseJws(text, kTypTrust, X5c::kRequired, kMaxBytes));
  if (Sha256(jws.x5c.front()) != pin.root) return Invalid("not signed by the pinned root");
  TrustList list = CM_TRY(Read(jws));
  if (list.iss_ != pin.authority) return Invalid("iss is not the pin's authority");
  if (!list.HasRoot(list.signer_->der())) return Invalid("does not contain the pinned root");
  return list;
}

Result<TrustList> TrustList::AcceptNext(std::string_view text) const {
  if (text == text_) return SameList();
  const Jws jws = CM_TRY(ParseJws(text, kTypTrust, X5c::kRequired, kMaxBytes));
  const ByteView signer = jws.x5c.front();
  // The signer of this very list may have left its roots: then it may still have signed another of this number.
  if (!HasRoot(signer) && !Equal(signer, signer_->der())) return Invalid("not signed by a root that is known here");
  TrustList next = CM_TRY(Read(jws));
  if (next.iss_ != iss_) return Invalid("iss changed");
  if (next.environment_ != environment_) return Invalid("environment changed");
  if (next.seq_ == seq_) {
    // An ECDSA signature has a second form that anybody can compute: only what was signed tells two lists apart.
    if (SignedPart(next.text_) == SignedPart(text_)) return SameList();
    return Error{ErrorCode::kConflict,
                 "trust list: another list of seq " + std::to_string(seq_) + " is accepted already"};
  }
  if (next.seq_ != seq_ + 1) {
    return Error{ErrorCode::kFailedPrecondition,
                 "trust list: seq is " + std::to_string(next.seq_) + ", the next one is " + std::to_string(seq_ + 1)};
  }
  if (!HasRoot(signer)) return Invalid("not signed by a root of the list before it");
  if (IsBlockedAnywhere(next.signer_->key())) return Invalid("signed by a root that the list before it blocks");
  return next;
}

bool TrustList::HasRoot(ByteView der) const {
  return std::ranges::any_of(roots_, [&](const Certificate& root) { return Equal(root.der(), der); });
}

std::optional<std::size_t> TrustList::LogPosition(std::string_view origin) const {
  const auto found = std::ranges::find(logs_, origin, &LogKey::origin);
  if (found == logs_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - logs_.begin());
}

bool TrustList::IsBlocked(const PublicKey& key) const {
  return std::ranges::any_of(blocked_,
                             [&](const Block& block) { return block.spki == key.spki_hash() && !block.from_index; });
}

bool TrustList::IsBlockedAnywhere(const PublicKey& key) const {
  return std::ranges::any_of(blocked_, [&](const Block& block) { return block.spki == key.spki_hash(); });
}

bool TrustList::IsBlockedAt(const PublicKey& key, std::size_t position, std::uint64_t index) const {
  return std::ranges::any_of(blocked_, [&](const Block& block) {
    if (block.spki != key.spki_hash()) return false;
    if (!block.from_index) return true;
    const std::optional<std::size_t> first = LogPosition(block.origin);
    if (!first) return true;
    return position > *first || (position == *first && index >= *block.from_index);
  });
}

}  // namespace certmark
