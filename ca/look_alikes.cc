#include "ca/look_alikes.h"

#include <set>

#include "ca/certification.h"
#include "ca/operator_rows.h"
#include "ca/records.h"
#include "verifier-sdk/core/hash.h"

namespace certmark::ca {
namespace {

constexpr std::string_view kName = "name", kShape = "name-shape";

// DigestOf: a name holds whatever it likes, a find row's value no `/`.
std::string DigestOf(std::string_view text) {
  return Sha256(AsBytes(text)).Hex();
}

}  // namespace

Looks LooksOf(std::string_view app_name) {
  const auto name = AppName::Parse(app_name);
  return name ? LooksOf(*name) : Looks();
}

Looks LooksOf(const AppName& name) {
  return {DigestOf(name.Skeleton()), DigestOf(name.Shape())};
}

std::vector<IndexRow> LookAlikeRows(const Looks& looks, std::string_view subject) {
  if (looks == Looks()) return {};
  return {FindRow(kName, looks.skeleton, subject), FindRow(kShape, looks.shape, subject)};
}

Result<std::vector<std::string>> LookAlikes(const ledger::Store& store, const AppName& name, const App& app) {
  const Looks looks = LooksOf(name);
  std::set<std::string> subjects;
  for (std::string& each : CM_TRY(AllFoundBy(store, kName, looks.skeleton))) subjects.insert(std::move(each));
  for (std::string& each : CM_TRY(AllFoundBy(store, kShape, looks.shape))) subjects.insert(std::move(each));
  std::vector<std::string> numbers;
  for (const std::string& subject : subjects) {
    const Certification certification = CM_TRY(Load<Certification>(store, IdOf(subject))).value;
    if (certification.app != app) numbers.push_back(certification.id);
  }
  return numbers;
}

}  // namespace certmark::ca
