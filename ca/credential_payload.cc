#include "ca/credential_payload.h"

#include <algorithm>

#include "verifier-sdk/core/json.h"

namespace certmark::ca {
namespace {

std::string Id(const CredentialFacts& facts) {
  return facts.iss + "/certifications/" + facts.number;
}
std::string StatusUri(const CredentialFacts& facts) {
  return facts.iss + "/status/" + std::to_string(facts.status.list);
}

// ---- Writing

/// WriteBuild writes a number where the platform counts so, else text.
void WriteBuild(json::Writer& w, std::string_view name, const Build& build) {
  w.Key(name);
  if (build.is_number()) {
    w.Raw(build.text());
  } else {
    w.String(build.text());
  }
}

void WriteOperator(json::Writer& w, const Grant& grant) {
  w.Key("operator").Object([&] {
    w.Member("id", grant.operator_id.text());
    w.Member("name", grant.operator_name.text());
    if (grant.operator_url) w.Member("url", grant.operator_url->text());
  });
}

void WriteCertification(json::Writer& w, const CredentialFacts& facts) {
  const Grant& grant = facts.grant;
  w.Key("certification").Object([&] {
    w.Member("number", facts.number);
    w.Member("scheme", grant.scheme);
    w.Strings("standards", grant.standards);
    w.Member("level", grant.level);
    w.Strings("scope", grant.scope);
    w.Key("evaluatedBy").Array([&] {
      for (const Grant::Evaluator& evaluator : grant.evaluated_by) {
        w.Object([&] {
          w.Member("name", evaluator.name.text());
          w.Member("report", evaluator.report);
        });
      }
    });
    w.Member("decision", grant.decision);
    w.Member("decidedOn", FormatDate(grant.decided_on));
  });
}

void WriteSubject(json::Writer& w, const CredentialFacts& facts) {
  const Grant& grant = facts.grant;
  w.Key("credentialSubject").Object([&] {
    w.Member("id", grant.app.ToText());
    w.Member("type", "MobileApplication");
    w.Member("name", grant.app_name.text());
    w.Member("platform", Name(grant.app.platform));
    w.Member("package", grant.app.package);
    if (grant.app.platform != Platform::kMiniprogram) w.Strings("signers", grant.signers);
    w.Key("versions").Object([&] {
      WriteBuild(w, "from", grant.from);
      if (grant.to) WriteBuild(w, "to", *grant.to);
    });
    WriteOperator(w, grant);
    WriteCertification(w, facts);
  });
}

// ---- Reading back

/// Differs says which fact is another one than was granted, or nothing.
std::optional<std::string_view> Differs(const Credential& c, const Claims& claims, const CredentialFacts& facts) {
  const Grant& g = facts.grant;
  const auto same_evaluator = [](const Credential::Evaluator& a, const Grant::Evaluator& b) {
    return b.name == a.name && a.report == b.report;
  };
  const bool same_site = c.operator_url.has_value() == g.operator_url.has_value() &&
                         (!g.operator_url || *g.operator_url == *c.operator_url);
  const struct {
    std::string_view name;
    bool same;
  } kFacts[] = {
      {"iss", c.iss == facts.iss},
      {"issuer.name", c.issuer_name == facts.issuer_name},
      {"number", c.number == facts.number && c.id == Id(facts)},
      {"app", claims.app == g.app},
      {"name", g.app_name == c.name},
      {"type", c.subject_type == "MobileApplication"},
      {"signers", claims.signers == g.signers},
      {"versions.from", claims.from == g.from && claims.from.is_number() == g.from.is_number()},
      {"versions.to", claims.to == g.to},
      {"operator.id", g.operator_id == c.operator_id},
      {"operator.name", g.operator_name == c.operator_name},
      {"operator.url", same_site},
      {"scheme", c.scheme == g.scheme},
      {"level", c.level == g.level},
      {"standards", c.standards == g.standards},
      {"scope", c.scope == g.scope},
      {"evaluatedBy", std::ranges::equal(c.evaluated_by, g.evaluated_by, same_evaluator)},
      {"decision", c.decision == g.decision},
      {"decidedOn", c.decided_on == FormatDate(g.decided_on)},
      {"iat", claims.iat == facts.iat},
      {"validFrom", claims.valid_from == g.valid_from},
      {"validUntil", claims.valid_until == g.valid_until},
      {"status", claims.status_list == facts.status.list && c.status_index == facts.status.index},
  };
  for (const auto& fact : kFacts) {
    if (!fact.same) return fact.name;
  }
  return std::nullopt;
}

}  // namespace

std::string CredentialPayload(const CredentialFacts& facts) {
  const Grant& grant = facts.grant;
  json::Writer w;
  w.Object([&] {
    w.Member("iss", facts.iss);
    w.Member("jti", Id(facts));
    w.Member("sub", grant.app.ToText());
    w.Member("iat", ToEpoch(facts.iat));
    w.Member("exp", ToEpoch(grant.valid_until));
    w.Strings("@context", {"https://www.w3.org/ns/credentials/v2", facts.iss + "/ns/v1"});
    w.Strings("type", {"VerifiableCredential", "AppCertification"});
    w.Member("id", Id(facts));
    w.Key("issuer").Object([&] {
      w.Member("id", facts.iss);
      w.Member("name", facts.issuer_name);
    });
    w.Member("validFrom", FormatDateTime(grant.valid_from));
    w.Member("validUntil", FormatDateTime(grant.valid_until));
    WriteSubject(w, facts);
    w.Key("status").Object([&] {
      w.Key("status_list").Object([&] {
        w.Member("idx", facts.status.index);
        w.Member("uri", StatusUri(facts));
      });
    });
  });
  return w.Take();
}

Result<void> CheckPayload(std::string_view payload, const CredentialFacts& facts) {
  const Credential credential = CM_TRY(ParseCredential(payload));
  const Claims claims = CM_TRY(CheckClaims(credential));
  if (const auto name = Differs(credential, claims, facts)) {
    return Error{ErrorCode::kInvalidArgument, "credential: " + std::string(*name) + " is not what was granted"};
  }
  return {};
}

}  // namespace certmark::ca
