// The documents that laboratories and deciders sign (FORMATS.md §5a), from an application's file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "api/cli/session.h"
#include "ca/application.h"
#include "ca/party_document.h"
#include "ca/schemes.h"

namespace certmark::cli {

/// CaseFile is an application as fetched, its form read.
struct CaseFile {
  v1::Application application;
  std::string id;  ///< without its collection
  ca::ApplicationForm form;

  /// Fetch asks for it. FailedPrecondition: the authority sent a form that cannot be read.
  static Result<CaseFile> Fetch(PartySession& session, const std::string& name);
};

/// LoadScheme is the edition of that name (Scheme::Name()): read from a file, or built in for an empty path.
/// InvalidArgument: it is another, or none that is built in. Else fails as Scheme::Load.
Result<ca::Scheme> LoadScheme(const std::filesystem::path& file, std::string_view name);

/// Describe fills in what every document says: whose it is, when, and about what.
void Describe(ca::PartyDocument& document, const PartySession& session, const CaseFile& file, Time now);

/// SignDocument signs a payload as the home's party.
Result<std::string> SignDocument(const PartySession& session, std::string_view typ, const std::string& payload);

/// CheckedReport is a report of a file, its signature and subject checked, and what it comes to by the scheme.
struct CheckedReport {
  ca::ReportDocument report;
  std::string author;  ///< party id
  ca::Evaluation evaluation;
  std::string digest;  ///< `sha256:…` of the JWS
};
/// CheckReport checks one, as of the day it was signed: the authority judged the delay when it took it in.
/// FailedPrecondition: it is not what a decision may rest on.
Result<CheckedReport> CheckReport(const std::string& jws, const PartySession& session, const CaseFile& file,
                                  const ca::Scheme& scheme);

/// CheckCarried finds and checks the report that a file carries of another, as CheckReport does, there.
/// FailedPrecondition: it is not there, or of another kind or author than the file says.
Result<CheckedReport> CheckCarried(const v1::Application::CarriedReport& carried, PartySession& session,
                                   const ca::Scheme& scheme);

/// CheckGrantable holds a file to the rules of granting, as the authority will. FailedPrecondition: it may not be
/// granted.
Result<void> CheckGrantable(const CaseFile& file, const ca::Scheme& scheme);

}  // namespace certmark::cli
