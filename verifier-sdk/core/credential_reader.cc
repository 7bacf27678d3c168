#include "verifier-sdk/core/credential_reader.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "verifier-sdk/core/base64.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/eight_bytes.h"
#include "verifier-sdk/core/packed_number.h"
#include "verifier-sdk/core/status_list.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark {
namespace {

constexpr std::size_t kMaxSigners = 64;
constexpr Seconds kMaxBackdating{24 * 3600};
constexpr std::uint64_t kMaxListNumber = std::numeric_limits<std::uint32_t>::max();

// Cursor reads JSON that is known in advance. Each function takes what it names, or is false; then nothing more is
// asked of it.
class Cursor {
 public:
  // `room` is what can be read of the buffer that the text lies in: a word may begin in the text and end behind it.
  Cursor(std::string_view text, std::size_t room)
      : at_(text.data()), end_(text.data() + text.size()), room_(text.data() + room) {}

  bool Lit(std::string_view literal) { return Take(literal.data(), literal.size()); }
  // Of a size that the compiler knows, so that it compares in place.
  template <std::size_t kSize>
  bool Lit(const char (&literal)[kSize]) {
    return Take(literal, kSize - 1);
  }

  // Text takes a string after its opening quote, with the closing one: no escape, no control character, UTF-8.
  bool Text(std::string_view& out) {
    const char* const begin = at_;
    bool is_ascii = true;
    if (!FindEnd(is_ascii)) return false;
    out = {begin, static_cast<std::size_t>(at_ - begin)};
    ++at_;
    return is_ascii || IsUtf8(out);
  }
  bool Text() {
    std::string_view skipped;
    return Text(skipped);
  }

  bool Number(std::string_view& digits, std::uint64_t& out) {
    const char* const begin = at_;
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9') ++at_;
    digits = {begin, static_cast<std::size_t>(at_ - begin)};
    const auto value = ParseDecimal(digits, json::kMaxNumber);
    out = value.value_or(0);
    return value.has_value();
  }
  bool Number(std::uint64_t& out) {
    std::string_view digits;
    return Number(digits, out);
  }

  // Texts takes an array of strings after its opening bracket, with the closing one.
  template <class Each>
  bool Texts(const Each& each) {
    if (Lit("]")) return true;
    do {
      std::string_view text;
      if (!Lit("\"") || !Text(text) || !each(text)) return false;
    } while (Lit(","));
    return Lit("]");
  }

  bool IsAtEnd() const { return at_ == end_; }

 private:
  bool Take(const char* literal, std::size_t size) {
    if (static_cast<std::size_t>(end_ - at_) < size || std::memcmp(at_, literal, size) != 0) return false;
    at_ += size;
    return true;
  }

  // FindEnd moves to the quote that ends a string.
  bool FindEnd(bool& is_ascii) {
    if constexpr (std::endian::native == std::endian::little) {
      while (room_ - at_ >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, at_, sizeof word);
        const std::uint64_t stop = Zeros(word ^ Spread('"')) | Zeros(word ^ Spread('\\')) | Below(word, ' ');
        // Bytes before the one that stops, or all eight.
        const int before = std::countr_zero(stop) / 8;
        const std::uint64_t seen = before == 8 ? word : word & ((std::uint64_t{1} << (8 * before)) - 1);
        if ((seen & kHighBits) != 0) is_ascii = false;
        at_ += before;
        if (before < 8) return at_ < end_ && *at_ == '"';
      }
    }
    for (; at_ < end_; ++at_) {
      if (*at_ == '"') return true;
      if (*at_ == '\\' || static_cast<std::uint8_t>(*at_) < ' ') return false;
      if (static_cast<std::uint8_t>(*at_) >= 0x80) is_ascii = false;
    }
    return false;
  }

  const char* at_;
  const char* end_;
  const char* room_;
};

bool IsPackage(std::string_view text) {
  const auto allowed = [](char c) { return c > ' ' && c <= '~' && c != '/' && c != ':'; };
  return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, allowed);
}

// Plain is one pass over a payload, a function for each group of members, in their order.
class Plain {
 public:
  Plain(Cursor cursor, std::string& authority, std::vector<std::string_view>& signers)
      : in_(cursor), authority_(authority), signers_(signers) {}

  bool Read(CredentialFacts& out) { return Names(out) && Times(out) && Subject(out) && Status(out) && in_.IsAtEnd(); }

 private:
  bool Names(CredentialFacts& out) {
    std::string_view number;
    if (!in_.Lit(R"({"iss":")") || !in_.Text(out.iss) || !IsKnownAuthority(out.iss)) return false;
    if (!in_.Lit(R"(,"jti":")") || !Certification(out.iss, number)) return false;
    const auto packed = PackNumber(kCertificationPrefix, number);
    if (!packed || !in_.Lit(R"(,"sub":")") || !in_.Text(sub_) || !Sub(out)) return false;
    out.number = *packed;
    number_ = number;
    std::uint64_t iat = 0;
    if (!in_.Lit(R"(,"iat":)") || !in_.Number(iat) || !in_.Lit(R"(,"exp":)") || !in_.Number(exp_)) return false;
    out.iat = FromEpoch(static_cast<std::int64_t>(iat));
    std::string_view again;
    return in_.Lit(R"(,"@context":["https://www.w3.org/ns/credentials/v2",")") && in_.Lit(out.iss) &&
           in_.Lit(R"(/ns/v1"],"type":["VerifiableCredential","AppCertification"],"id":")") &&
           Certification(out.iss, again) && again == number && in_.Lit(R"(,"issuer":{"id":")") && in_.Lit(out.iss) &&
           in_.Lit(R"(","name":")") && in_.Text() && in_.Lit("}");
  }

  // Certification takes `iss/certifications/number"`.
  bool Certification(std::string_view iss, std::string_view& number) {
    return in_.Lit(iss) && in_.Lit("/certifications/") && in_.Text(number);
  }

  bool IsKnownAuthority(std::string_view iss) {
    // None is known at first, and none is no authority.
    if (!authority_.empty() && iss == authority_) return true;
    if (!IsAuthority(iss)) return false;
    authority_ = iss;
    return true;
  }

  bool Sub(CredentialFacts& out) {
    const std::size_t colon = sub_.find(':');
    if (colon == sub_.npos) return false;
    platform_ = sub_.substr(0, colon);
    out.package = sub_.substr(colon + 1);
    const auto platform = ParsePlatform(platform_);
    if (!platform || !IsPackage(out.package)) return false;
    out.platform = *platform;
    return true;
  }

  bool Times(CredentialFacts& out) {
    std::string_view from, until;
    if (!in_.Lit(R"(,"validFrom":")") || !in_.Text(from)) return false;
    if (!in_.Lit(R"(,"validUntil":")") || !in_.Text(until)) return false;
    const auto valid_from = ParseDateTime(from), valid_until = ParseDateTime(until);
    if (!valid_from || !valid_until) return false;
    out.valid_from = *valid_from;
    out.valid_until = *valid_until;
    return out.iat - out.valid_from <= kMaxBackdating && out.valid_until == FromEpoch(static_cast<std::int64_t>(exp_));
  }

  bool Subject(CredentialFacts& out) {
    return in_.Lit(R"(,"credentialSubject":{"id":")") && in_.Lit(sub_) &&
           in_.Lit(R"(","type":"MobileApplication","name":")") && in_.Text() && in_.Lit(R"(,"platform":")") &&
           in_.Lit(platform_) && in_.Lit(R"(","package":")") && in_.Lit(out.package) && in_.Lit("\"") && Signers(out) &&
           Versions(out) && Operator() && CertificationOf(out);
  }

  bool Signers(CredentialFacts& out) {
    signers_.clear();
    const bool has = in_.Lit(R"(,"signers":[)");
    if (has == (out.platform == Platform::kMiniprogram)) return false;
    if (!has) return true;
    const auto take = [&](std::string_view signer) {
      if (signers_.size() == kMaxSigners || !IsSigner(out.platform, signer)) return false;
      if (std::ranges::find(signers_, signer) != signers_.end()) return false;
      signers_.push_back(signer);
      return true;
    };
    if (!in_.Texts(take)) return false;
    out.signers = signers_;
    return !signers_.empty();
  }

  // Dotted builds are rare and compared in a way of their own: they go the general way.
  bool Versions(CredentialFacts& out) {
    std::uint64_t from = 0, to = 0;
    if (!UsesNumberBuilds(out.platform)) return false;
    if (!in_.Lit(R"(,"versions":{"from":)") || !in_.Number(out.from, from)) return false;
    if (in_.Lit(R"(,"to":)") && (!in_.Number(out.to, to) || to < from)) return false;
    return in_.Lit("}");
  }

  bool Operator() {
    if (!in_.Lit(R"(,"operator":{"id":")") || !in_.Text() || !in_.Lit(R"(,"name":")") || !in_.Text()) return false;
    if (in_.Lit(R"(,"url":")") && !in_.Text()) return false;
    return in_.Lit("}");
  }

  bool CertificationOf(CredentialFacts& out) {
    const auto any = [](std::string_view) { return true; };
    std::string_view decision, decided_on;
    return in_.Lit(R"(,"certification":{"number":")") && in_.Lit(number_) && in_.Lit(R"(","scheme":")") &&
           in_.Text(out.scheme) && in_.Lit(R"(,"standards":[)") && in_.Texts(any) && in_.Lit(R"(,"level":")") &&
           in_.Text(out.level) && in_.Lit(R"(,"scope":[)") && in_.Texts(any) && in_.Lit(R"(,"evaluatedBy":[)") &&
           Evaluators() && in_.Lit(R"(,"decision":")") && in_.Text(decision) && IsSha256Uri(decision) &&
           in_.Lit(R"(,"decidedOn":")") && in_.Text(decided_on) && ParseDate(decided_on).has_value() && in_.Lit("}}");
  }

  bool Evaluators() {
    if (in_.Lit("]")) return true;
    do {
      std::string_view report;
      if (!in_.Lit(R"({"name":")") || !in_.Text() || !in_.Lit(R"(,"report":")") || !in_.Text(report)) return false;
      if (!IsSha256Uri(report) || !in_.Lit("}")) return false;
    } while (in_.Lit(","));
    return in_.Lit("]");
  }

  bool Status(CredentialFacts& out) {
    std::uint64_t index = 0;
    std::string_view list;
    if (!in_.Lit(R"(,"status":{"status_list":{"idx":)") || !in_.Number(index)) return false;
    if (!in_.Lit(R"(,"uri":")") || !in_.Lit(out.iss) || !in_.Lit("/status/") || !in_.Text(list)) return false;
    const auto number = ParseDecimal(list, kMaxListNumber);
    if (!number || index >= kStatusListEntries) return false;
    out.status_list = static_cast<std::uint32_t>(*number);
    out.status_index = static_cast<std::uint32_t>(index);
    return in_.Lit("}}}");
  }

  Cursor in_;
  std::string& authority_;
  std::vector<std::string_view>& signers_;
  std::string_view sub_, platform_, number_;
  std::uint64_t exp_ = 0;
};

}  // namespace

CredentialReader::CredentialReader()
    : payload_(base64::Room(Credential::kMaxBytes)), signature_(base64::Room(Credential::kMaxBytes)) {}

Result<CredentialFacts> CredentialReader::Read(std::string_view entry) {
  if (entry.size() <= Credential::kMaxBytes && IsLikeLast(entry)) {
    if (const auto facts = ReadPlain(entry.substr(header_.size()))) return *facts;
  }
  return ReadAny(entry);
}

std::optional<CredentialFacts> CredentialReader::ReadPlain(std::string_view payload_and_signature) {
  const std::size_t dot = payload_and_signature.find('.');
  if (dot == payload_and_signature.npos) return std::nullopt;
  const auto size = base64::Decode(base64::kUrl, payload_and_signature.substr(0, dot), payload_);
  // A further dot is no character of base64url.
  if (!size || !base64::Decode(base64::kUrl, payload_and_signature.substr(dot + 1), signature_)) return std::nullopt;
  CredentialFacts facts;
  facts.alg = alg_;
  facts.kid = kid_;
  const std::string_view payload = AsText(ByteView(payload_).first(*size));
  if (!Plain(Cursor(payload, payload_.size()), authority_, signers_).Read(facts)) return std::nullopt;
  return facts;
}

Result<CredentialFacts> CredentialReader::ReadAny(std::string_view entry) {
  Jws jws = CM_TRY(ParseCredentialJws(entry));
  // What the header says follows from its text alone, and is right whatever the payload says.
  header_ = entry.substr(0, entry.find('.') + 1);
  alg_ = std::move(jws.alg);
  kid_ = std::move(jws.kid);
  credential_ = CM_TRY(ParseCredential(jws.payload_text()));
  claims_ = CM_TRY(CheckClaims(credential_));
  CredentialFacts facts = FactsOf(jws, credential_, claims_, signers_);
  facts.alg = alg_;
  facts.kid = kid_;
  return facts;
}

CredentialFacts FactsOf(const Jws& jws, const Credential& credential, const Claims& claims,
                        std::vector<std::string_view>& signers) {
  signers.assign(claims.signers.begin(), claims.signers.end());
  CredentialFacts out;
  out.alg = jws.alg;
  out.kid = jws.kid;
  out.iss = credential.iss;
  out.package = claims.app.package;
  out.scheme = credential.scheme;
  out.level = credential.level;
  out.number = PackNumber(kCertificationPrefix, credential.number).value();  // CheckClaims saw to it
  out.platform = claims.app.platform;
  out.signers = signers;
  out.from = claims.from.text();
  if (claims.to) out.to = claims.to->text();
  out.iat = claims.iat;
  out.valid_from = claims.valid_from;
  out.valid_until = claims.valid_until;
  out.status_list = claims.status_list;
  out.status_index = static_cast<std::uint32_t>(credential.status_index);
  return out;
}

}  // namespace certmark
