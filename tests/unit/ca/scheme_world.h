// A small authority with people in every role and in awkward places, in which acts of the model are tried for real.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/unit/ca/authority_fixture.h"
#include "tests/unit/ca/scheme_model.h"

namespace certmark::ca::testing {

/// SchemeWorld tries acts at the service. Places in the model's lists are those in its lists of ids.
class SchemeWorld : public SmallAuthority {
 public:
  explicit SchemeWorld(SchemeModel& model);

  /// Try does an act; the answer is nothing where it was done, else the refusal.
  std::optional<Error> Try(const ModelAct& act);
  /// RunClock lets the clock do what is due; false: something failed.
  bool RunClock();

  Application::State StateOfFile(int place) const;
  Certification CertificationAt(int place) const;
  Order OrderAt(int place) const;
  Proposal::State StateOfProposal(int place) const;
  Appeal::State StateOfAppeal(int place) const;

  const std::vector<std::string>& numbers() const { return numbers_; }
  const Person& person(int place) const { return people_[static_cast<std::size_t>(place)]; }

 private:
  void People();
  void AddPerson(const ModelPerson& person);
  void AccreditAll();
  ApplicationForm Form(const ModelAct& act, const ModelFile& file) const;
  std::map<std::string, std::string> DocumentsOf(int certification) const;
  std::string ReportFor(const ModelAct& act, ReportDocument::Kind kind) const;
  std::string DecisionFor(const ModelAct& act) const;
  void Concern(PartyDocument& document, const ModelAct& act) const;
  std::string Sign(std::string_view typ, const std::string& payload, const Person& by) const;
  const Person& AuthorOf(const ModelAct& act) const;
  Result<void> TryOnFile(const ModelAct& act);
  Result<void> TryOnProposal(const ModelAct& act);
  Result<void> TryElse(const ModelAct& act);
  Proposals::Draft DraftFor(const ModelAct& act) const;
  const std::string& file(const ModelAct& act) const { return files_[static_cast<std::size_t>(act.subject)]; }

  SchemeModel& model_;
  std::vector<Person> people_;
  std::vector<std::string> files_, numbers_, proposals_, orders_, appeals_;
};

}  // namespace certmark::ca::testing
