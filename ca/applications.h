// Applications: the use cases of a file, from the operator's form to the decision.
#pragma once

#include <string_view>

#include "ca/application.h"
#include "ca/certifications.h"
#include "ca/desk.h"
#include "ca/granting.h"
#include "ca/party_document.h"
#include "ca/rights.h"

namespace certmark::ca {

class Applications {
 public:
  Applications(const Desk& desk, Granting& granting) : desk_(desk), granting_(granting) {}

  Result<Application> Submit(const Party& caller, std::string_view form_json);
  /// The operator, the assigned laboratory, and staff may read a file; NotFound for all others.
  Result<Stored<Application>> Get(const Party& caller, std::string_view id) const;
  /// Accepts and assigns the laboratory in one act.
  Result<Application> Accept(const Party& caller, std::string_view id, std::string_view laboratory);
  Result<Application> SubmitReport(const Party& caller, std::string_view id, std::string_view jws);
  struct Ruling {
    std::string_view application;
    Hash etag;  ///< of the file as the decider read it
    std::string_view decision_jws;
    Granting::Answer answer = Granting::Answer::kAcceptable;
  };
  /// Decides on the file. Granting issues in the same commit, or not at all.
  Result<Granting::Decided> Decide(const Party& caller, const Ruling& ruling);

 private:
  /// AfterReport is the file after a report: on to review, or into rectification with a deadline, or at its end.
  static Result<Application> AfterReport(const Application& before, ReportDocument::Kind kind,
                                         const Evaluation& evaluation, const Scheme& scheme, Time now);
  /// Lapse stores that a file missed its deadline and returns the refusal that says so.
  Error Lapse(const Stored<Application>& read, Time now);
  Result<void> RequireIndependentDecider(const Party& decider, const Application& application) const;

  const Desk& desk_;
  Granting& granting_;
};

}  // namespace certmark::ca
