// Reports and decisions: none is believed that its author did not sign; one that is says the same when it is written
// and signed again; one that is evaluated answers every criterion.
//
// The first byte of the input says what the rest is: 0 a JWS from outside, 1 the payload of a report, 2 that of a
// decision, both signed here.
#include "ca/party_document.h"
#include "ca/schemes.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/made_up_authority.h"

namespace certmark::ca {
namespace {

const fuzz::MadeUpAuthority& authority() {
  return fuzz::TheMadeUpAuthority();
}

AuthorRules Rules() {
  static const std::vector<Issuance> known = {Issuance::Create(authority().party_ca, authority().root).value()};
  return {.authority = fuzz::kMadeUpIss,
          .party_ca = authority().party_ca,
          .roots = authority().list.roots(),
          .now = fuzz::kMadeUpNow,
          .known = known};
}

void FromOutside(std::string_view jws) {
  fuzz::Require(!OpenReport(jws, Rules()) && !OpenDecision(jws, Rules()), "nobody signed this");
  static_cast<void>(ReadAcceptedReport(jws));
}

// Signed opens a payload that the author signed, and what it says when it is written again.
template <class Document>
std::optional<Document> Signed(std::string_view typ, std::string_view payload,
                               Result<std::pair<Document, Author>> (*open)(std::string_view, const AuthorRules&)) {
  auto opened = open(authority().Sign(typ, payload), Rules());
  if (!opened) return std::nullopt;
  auto& [document, author] = *opened;
  fuzz::Require(author.party_id == "author" && document.iss.ends_with("/parties/author"), "who signed is the author");
  const std::string written = document.ToJson();
  const auto again = open(authority().Sign(typ, written), Rules());
  if (!again) fuzz::Require(written.size() > payload.size(), "what is written can be read");
  if (again) fuzz::Require(again->first.ToJson() == written, "it is written in one way");
  return std::optional<Document>(std::move(document));
}

void Evaluated(const ReportDocument& report) {
  static const Schemes schemes = Schemes::Default().value();
  for (const Scheme* scheme : schemes.all()) {
    const auto evaluation = Evaluate(report, *scheme);
    if (!evaluation) continue;
    fuzz::Require(report.answers.size() == scheme->CriteriaFor(report.subject.app.platform).size(),
                  "every criterion is answered once");
    fuzz::Require(evaluation->conform || !evaluation->nonconform.empty(), "what does not conform is named");
  }
}

}  // namespace
}  // namespace certmark::ca

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  if (size == 0) return 0;
  const std::string_view rest = fuzz::Text(data + 1, size - 1);
  if (data[0] % 3 == 0) ca::FromOutside(rest);
  if (data[0] % 3 == 2) ca::Signed<ca::DecisionDocument>(ca::kTypDecision, rest, ca::OpenDecision);
  if (data[0] % 3 != 1) return 0;
  if (const auto report = ca::Signed<ca::ReportDocument>(ca::kTypReport, rest, ca::OpenReport)) ca::Evaluated(*report);
  return 0;
}
