#include "api/feed_site.h"

#include <string>
#include <utility>

#include "api/convert.h"
#include "api/feed_words.h"
#include "api/mark.h"
#include "api/site_query.h"
#include "api/xml_text.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

constexpr std::string_view kEnding = ".atom";
constexpr std::string_view kType = "application/atom+xml";

Error Nothing(const HttpRequest& request) {
  return {ErrorCode::kNotFound, "nothing at " + Quote(request.path)};
}

// Of an app that nothing has happened to: a feed says when it changed last, and this one never did.
constexpr Time kNever{};

// Who reads a feed, and in what it is written.
struct Telling {
  const std::string& authority;
  const std::string& package;
  bool of_test_authority;
  Language language;
};

void WriteLink(XmlWriter& xml, std::string_view how, std::string_view type, const std::string& url) {
  xml.Empty("link", {{"rel", how}, {"type", type}, {"href", url}});
}

void WriteEntry(XmlWriter& xml, const Happening& happening, const Telling& telling) {
  const std::string url = telling.authority + "/v1/" + happening.resource;
  const std::string_view name = Name(happening.kind);
  xml.Open("entry", {});
  xml.Text("id", {}, url + "#" + happening.place);
  xml.Text("title", {}, HappeningTitle(happening, telling.package, telling.of_test_authority, telling.language));
  xml.Text("updated", {}, FormatDateTime(happening.at));
  xml.Text("summary", {}, HappeningSentence(happening, telling.language));
  xml.Empty("category", {{"term", name}});
  WriteLink(xml, "alternate", "application/json", url);
  if (happening.resource.starts_with("certifications/"))
    WriteLink(xml, "related", "application/vnd.certmark.bundle.v1+json", url + "/bundle");
  xml.Close("entry");
}

}  // namespace

Result<HttpResponse> FeedSite::Answer(const HttpRequest& request) const {
  std::string_view path = std::string_view(request.path).substr(kPrefix.size());
  if (!path.ends_with(kEnding)) return Nothing(request);
  path.remove_suffix(kEnding.size());
  const auto app = AppAt(path);
  if (!app) return Nothing(request);
  CM_TRY(CheckLanguage(CM_TRY(SiteQuery::Read(request, {"lang"}))));

  v1::LookUpAppRequest look_up;
  look_up.set_platform(ToProto(app->platform));
  look_up.set_package(app->package);
  const auto found = CM_TRY(handlers_.LookUpApp({}, look_up));
  const std::vector<v1::Certification> certifications(found.certifications().begin(), found.certifications().end());
  const auto happenings = HappeningsOf(certifications, CM_TRY(handlers_.ExposedOrdersOf(*app)));
  HttpResponse response{.content_type = std::string(kType) + "; charset=utf-8",
                        .cache_control = CacheOf(certifications, service_.desk().Now()),
                        .body = Written(request, *app, happenings)};
  VaryByLanguage(request, response);
  return response;
}

std::string FeedSite::Written(const HttpRequest& request, const App& app,
                              const std::vector<Happening>& happenings) const {
  const ca::Authority& authority = service_.desk().authority();
  const Telling telling{authority.iss, app.package, authority.is_test(), LanguageOf(request)};
  const std::string url = authority.iss + std::string(kPrefix) + PathOf(app) + std::string(kEnding);
  const std::string lang = QueryValue(request, "lang");
  XmlWriter xml;
  xml.Open("feed", {{"xmlns", "http://www.w3.org/2005/Atom"},
                    {"xml:lang", telling.language == Language::kChinese ? "zh-Hans" : "en"}});
  xml.Text("id", {}, url);
  xml.Text("title", {}, FeedTitle(app.package, telling.of_test_authority, telling.language));
  xml.Text("updated", {}, FormatDateTime(happenings.empty() ? kNever : happenings.front().at));
  xml.Open("author", {});
  xml.Text("name", {}, authority.name);
  xml.Text("uri", {}, authority.iss);
  xml.Close("author");
  WriteLink(xml, "self", kType, lang.empty() ? url : url + "?lang=" + lang);
  WriteLink(xml, "alternate", "application/json", authority.iss + "/v1/apps/" + PathOf(app));
  for (const Happening& happening : happenings) WriteEntry(xml, happening, telling);
  xml.Close("feed");
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + xml.Take() + "\n";
}

}  // namespace certmark::api
