#include "ca/look_alikes.h"

#include <set>

#include "ca/certification.h"
#include "ca/index_rows.h"
#include "ca/records.h"
#include "verifier-sdk/core/hash.h"

namespace certmark::ca {
namespace {

constexpr std::string_view kName = "name", kShape = "name-shape";

// ValueOf: a name holds whatever it likes, a find row's value no `/`.
std::string ValueOf(std::string_view text) {
  return Sha256(AsBytes(text)).Hex();
}

}  // namespace

std::vector<IndexRow> LookAlikeRows(std::string_view app_name, std::string_view subject) {
  const auto name = AppName::Parse(app_name);
  if (!name) return {};
  return {FindRow(kName, ValueOf(name->Skeleton()), subject), FindRow(kShape, ValueOf(name->Shape()), subject)};
}

Result<std::vector<std::string>> LookAlikes(const ledger::Store& store, const AppName& name, const App& app) {
  std::set<std::string> subjects;
  for (std::string& each : CM_TRY(AllFoundBy(store, kName, ValueOf(name.Skeleton())))) subjects.insert(std::move(each));
  for (std::string& each : CM_TRY(AllFoundBy(store, kShape, ValueOf(name.Shape())))) subjects.insert(std::move(each));
  std::vector<std::string> numbers;
  for (const std::string& subject : subjects) {
    const Certification certification = CM_TRY(Load<Certification>(store, IdOf(subject))).value;
    if (certification.app != app) numbers.push_back(certification.id);
  }
  return numbers;
}

}  // namespace certmark::ca
