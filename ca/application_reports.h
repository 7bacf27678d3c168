// The reports of a file, each in a row of its own: written in the commit that takes it in, and never again, while the
// file's own row is written anew at each step. That row names them by their digests, so that its bytes, and its etag,
// commit to theirs.
#pragma once

#include <string>
#include <string_view>

#include "ca/application.h"
#include "ca/records.h"
#include "ledger/store.h"
#include "verifier-sdk/core/json.h"

namespace certmark::ca {

/// FiledReport is the record of one of a file's reports.
struct FiledReport {
  static constexpr std::string_view kKind = "report";
  std::string id;  ///< IdOf(application, place)
  Application::Report report;

  /// IdOf is the id of the report at `place`, from 0, of an application's; FileOf is that application's id.
  static std::string IdOf(std::string_view application, std::size_t place);
  static std::string_view FileOf(std::string_view id);
  std::string ToJson() const;
  static Result<FiledReport> FromJson(std::string_view json);
};

/// LoadWithoutReports reads a file's own row alone, for who needs none of its reports: whether they are all there is
/// nothing to them. It may be written again, for the row names them. Errors as LoadRow; Corruption: it does not parse.
Result<Stored<Application>> LoadWithoutReports(const ledger::Store& store, std::string_view id);

/// ReadReport and WriteReport are a document that a party signed, with what is kept of it, as an object.
Result<Application::Report> ReadReport(const json::Value& object);
void WriteReport(json::Writer& writer, const Application::Report& report);

}  // namespace certmark::ca
