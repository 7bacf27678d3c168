#include "api/mark_site.h"

#include <optional>
#include <string>
#include <utility>

#include "api/convert.h"
#include "api/mark_drawing.h"
#include "verifier-sdk/core/hash.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/core/quote.h"
#include "verifier-sdk/core/time.h"

namespace certmark::api {
namespace {

constexpr std::string_view kDrawing = ".svg", kData = ".json";

// LookOf is the look that was asked for, as far as it is understood: what refuses a request is drawn in it too.
MarkLook LookOf(const HttpRequest& request) {
  return {.language = LanguageOf(request), .theme = ParseTheme(QueryValue(request, "theme"))};
}

// Anybody's page may show it, and when it is opened by itself it may do nothing.
HttpResponse Drawing(Mark::State state, const MarkFacts& facts, const HttpRequest& request) {
  const MarkLook look = LookOf(request);
  HttpResponse response{.content_type = "image/svg+xml; charset=utf-8", .body = DrawMark(state, facts, look)};
  std::string policy = "default-src 'none'; base-uri 'none'; form-action 'none'";
  const std::string style = StyleOf(state, look);
  if (!style.empty()) policy += "; style-src 'sha256-" + Base64Encode(Sha256(AsBytes(style)).view()) + "'";
  response.headers.emplace_back("Content-Security-Policy", std::move(policy));
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "cross-origin");
  VaryByLanguage(request, response);
  return response;
}

std::string CertificationUrl(const std::string& authority, const std::string& number) {
  return authority + "/v1/certifications/" + number;
}

void WriteCertification(json::Writer& writer, const v1::Certification& certification, const std::string& authority) {
  const std::string url = CertificationUrl(authority, certification.number());
  writer.Object([&] {
    writer.Member("number", certification.number());
    writer.Member("state", Name(MarkState(certification)));
    writer.Strings("signers", {certification.signers().begin(), certification.signers().end()});
    writer.Member("scheme", certification.scheme());
    writer.Member("level", certification.level());
    writer.Member("validUntil", FormatDateTime(ValidUntil(certification)));
    writer.Member("register", url);
    writer.Member("bundle", url + "/bundle");
  });
}

}  // namespace

struct MarkSite::Subject {
  App app;
  std::optional<std::string> signer;

  // UrlIn is where `authority` has something of this app, `before` and `after` its name.
  std::string UrlIn(const std::string& authority, std::string_view before, std::string_view after) const {
    const std::string query = signer ? "?signer=" + *signer : "";
    return authority + std::string(before) + PathOf(app) + std::string(after) + query;
  }
  std::string RegisterUrl(const std::string& authority) const { return UrlIn(authority, "/v1/apps/", ""); }
};

bool MarkSite::IsDrawing(std::string_view path) {
  return path.starts_with(kPrefix) && path.ends_with(kDrawing);
}

Result<HttpResponse> MarkSite::Answer(const HttpRequest& request) const {
  std::string_view app = std::string_view(request.path).substr(kPrefix.size());
  for (const auto& [ending, answer] : {std::pair(kDrawing, &MarkSite::Drawn), std::pair(kData, &MarkSite::Json)}) {
    if (!app.ends_with(ending)) continue;
    app.remove_suffix(ending.size());
    return (this->*answer)(request, app);
  }
  return Error{ErrorCode::kNotFound, "nothing at " + Quote(request.path)};
}

HttpResponse MarkSite::Refusal(const HttpRequest& request, const Error& why) const {
  const ca::Authority& authority = service_.desk().authority();
  HttpResponse response = Drawing(Mark::State::kUnknown,
                                  {.authority = authority.name,
                                   .of_test_authority = authority.is_test(),
                                   .address_is_wrong = why.code == ErrorCode::kInvalidArgument},
                                  request);
  response.cache_control = "no-store";
  return response;
}

Result<MarkSite::Subject> MarkSite::SubjectOf(std::string_view app, const SiteQuery& query) {
  Subject subject;
  subject.app = CM_TRY(AppAt(app));
  if (!query.Has("signer")) return subject;
  subject.signer = query.Text("signer");
  // Nothing is certified for what is no signing identity: to say "not certified" of a slip of the pen would mislead.
  if (IsSigner(subject.app.platform, *subject.signer)) return subject;
  return Error{ErrorCode::kInvalidArgument, "no signing identity of that platform: " + Quote(*subject.signer)};
}

Result<Mark> MarkSite::Find(const Subject& subject) const {
  v1::LookUpAppRequest look_up;
  look_up.set_platform(ToProto(subject.app.platform));
  look_up.set_package(subject.app.package);
  look_up.set_signer(subject.signer.value_or(""));
  return Mark::Of(CM_TRY(handlers_.LookUpApp({}, look_up)));
}

Result<HttpResponse> MarkSite::Drawn(const HttpRequest& request, std::string_view app) const {
  const SiteQuery query = CM_TRY(SiteQuery::Read(request, {"signer", "lang", "theme"}));
  CM_TRY(CheckLanguage(query));
  if (query.Has("theme") && !ParseTheme(query.Text("theme"))) {
    return Error{ErrorCode::kInvalidArgument, "query parameter `theme` must be `light` or `dark`"};
  }
  const Subject subject = CM_TRY(SubjectOf(app, query));
  const Mark mark = CM_TRY(Find(subject));
  HttpResponse response = Drawing(mark.state, FactsOf(subject, mark), request);
  response.cache_control = CacheOf(mark.rests_on, service_.desk().Now());
  return response;
}

MarkFacts MarkSite::FactsOf(const Subject& subject, const Mark& mark) const {
  const ca::Authority& authority = service_.desk().authority();
  MarkFacts facts{.app = subject.app.package,
                  .authority = authority.name,
                  .link = subject.RegisterUrl(authority.iss),
                  .of_test_authority = authority.is_test()};
  if (mark.rests_on.size() != 1) return facts;
  const v1::Certification& certification = mark.rests_on.front();
  facts.app = certification.app_name() + " (" + subject.app.package + ")";
  facts.number = certification.number();
  if (IsLive(certification)) facts.valid_until = FormatDate(ValidUntil(certification));
  facts.link = CertificationUrl(authority.iss, certification.number());
  return facts;
}

Result<HttpResponse> MarkSite::Json(const HttpRequest& request, std::string_view app) const {
  const Subject subject = CM_TRY(SubjectOf(app, CM_TRY(SiteQuery::Read(request, {"signer"}))));
  const Mark mark = CM_TRY(Find(subject));
  const ca::Authority& authority = service_.desk().authority();
  json::Writer writer;
  writer.Object([&] {
    writer.Member("platform", Name(subject.app.platform));
    writer.Member("package", subject.app.package);
    writer.Member("state", Name(mark.state));
    writer.Member("environment", authority.is_test() ? "test" : "production");
    writer.Key("certifications").Array([&] {
      for (const auto& each : mark.rests_on) WriteCertification(writer, each, authority.iss);
    });
    writer.Member("register", subject.RegisterUrl(authority.iss));
    writer.Member("image", subject.UrlIn(authority.iss, kPrefix, kDrawing));
  });
  return HttpResponse{.content_type = "application/json",
                      .cache_control = CacheOf(mark.rests_on, service_.desk().Now()),
                      .body = writer.Take()};
}

}  // namespace certmark::api
