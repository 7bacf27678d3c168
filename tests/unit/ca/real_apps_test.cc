// The self-check over real apps, each decision held against one made here from the bare record by other means.
//
// The apps are a file of one JSON object a line (package, name, signer_sha256, version_code, version_name, min_sdk,
// target_sdk, permissions) that the project does not contain: CERTMARK_REAL_APPS names it, as an environment variable
// or in CMake's cache. Without it these tests are skipped.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "ca/application.h"
#include "ca/self_check.h"
#include "tests/unit/ca/inventory_fixture.h"
#include "verifier-sdk/core/json.h"

namespace certmark::ca {
namespace {

using Codes = std::set<std::string>;

struct Record {
  std::string package, name, version_name;
  std::vector<std::string> signers, permissions;
  std::uint64_t version = 0, min_sdk = 0;
  std::optional<std::uint64_t> target_sdk;
};

std::string TextOrNothing(const json::Value& object, const char* name) {
  const auto value = object.Find(name);
  return value && value->is(json::Kind::kString) ? std::string(value->AsString()) : std::string();
}

std::vector<std::string> TextsOf(const json::Value& object, const char* name) {
  const auto views = object.Strings(name).value();
  return {views.begin(), views.end()};
}

Record RecordOf(const std::string& line) {
  const auto document = json::Document::Parse(line, 1 << 20).value();
  const json::Value root = document.root();
  Record out;
  out.package = TextOrNothing(root, "package");
  out.name = TextOrNothing(root, "name");
  out.version_name = TextOrNothing(root, "version_name");
  out.signers = TextsOf(root, "signer_sha256");
  out.permissions = TextsOf(root, "permissions");
  out.version = root.Number("version_code").value();
  out.min_sdk = root.Number("min_sdk").value();
  if (const auto target = root.Find("target_sdk"); target->is(json::Kind::kNumber)) out.target_sdk = target->AsNumber();
  return out;
}

const std::vector<Record>& Records() {
  static const std::vector<Record> records = [] {
    const char* told = std::getenv("CERTMARK_REAL_APPS");
    std::ifstream file(told ? told : CERTMARK_REAL_APPS);
    std::vector<Record> out;
    for (std::string line; std::getline(file, line);) out.push_back(RecordOf(line));
    return out;
  }();
  return records;
}

// Where else the record's package or its key occurs.
using Index = std::multimap<std::string, const Record*>;
const Index& ByPackage() {
  static const Index index = [] {
    Index out;
    for (const Record& record : Records()) out.emplace(record.package, &record);
    return out;
  }();
  return index;
}
const Index& BySigner() {
  static const Index index = [] {
    Index out;
    for (const Record& record : Records()) {
      for (const std::string& signer : record.signers) out.emplace(signer, &record);
    }
    return out;
  }();
  return index;
}

std::set<const Record*> OthersOf(const Record& record) {
  std::set<const Record*> others;
  const auto add = [&](const Index& index, const std::string& key) {
    for (auto [at, end] = index.equal_range(key); at != end; ++at) others.insert(at->second);
  };
  add(ByPackage(), record.package);
  for (const std::string& signer : record.signers) add(BySigner(), signer);
  others.erase(&record);
  return others;
}

// The inventory of an operator who declares no feature, so that no permission is explained.
std::string InventoryOf(const Record& record) {
  json::Writer w;
  w.Object([&] {
    w.Key("app").Object([&] {
      w.Member("platform", "android");
      w.Member("package", record.package);
      w.Member("name", record.name);
      w.Strings("signers", record.signers);
      w.Member("version_code", record.version);
      w.Member("version_name", record.version_name);
      w.Member("min_sdk", record.min_sdk);
      if (record.target_sdk) w.Member("target_sdk", *record.target_sdk);
    });
    w.Member("app_type", "utilities");
    w.Member("privacy_policy", "https://operator07.example/privacy");
    w.Strings("permissions", record.permissions);
    w.Key("others").Array([&] {
      for (const Record* other : OthersOf(record)) {
        w.Object([&] {
          w.Member("package", other->package);
          w.Strings("signers", other->signers);
        });
      }
    });
  });
  return w.Take();
}

Codes CodesOf(const Record& record) {
  static const NecessaryInformation list = SmallList();
  Codes codes;
  for (const Finding& finding : SelfCheck(Inventory::Parse(InventoryOf(record)).value(), {.necessary = &list})) {
    codes.insert(std::string(Name(finding.severity)) + " " + finding.code);
  }
  return codes;
}

// From here on: the same questions, asked of the record by regular expressions and byte strings alone.

bool Matches(const std::string& text, const char* expression) {
  static std::map<std::string, std::regex> compiled;
  const auto [at, is_new] = compiled.try_emplace(expression);
  if (is_new) at->second = std::regex(expression, std::regex::ECMAScript | std::regex::icase);
  return std::regex_search(text, at->second);
}
bool Contains(const std::string& text, std::initializer_list<const char*> any) {
  return std::ranges::any_of(any, [&](const char* part) { return text.find(part) != text.npos; });
}

bool HasInvisible(const std::string& name) {
  return Contains(name,
                  {"\ufeff", "\u00ad", "\u200b", "\u200e", "\u200f", "\u202a", "\u202b", "\u202e", "\u2066", "\u2069"});
}
bool HasOddSpace(const std::string& name) {
  return Contains(name, {"\u00a0", "\u3000", "\u2009"});
}
bool HasDecomposed(const std::string& name) {
  return Matches(name, "\xcc[\x80-\xbf]");
}
// The version of one app stands where its name should.
bool ReachesSomebody(const std::string& name) {
  return Matches(name, "@|://|([0-9][-+ ./()]?){7}");
}
bool IsPlaceholder(const Record& record) {
  return Matches(record.package, R"(^com\.(example|yourcompany|mycompany|companyname|defaultcompany|myapp|yourapp)\.)");
}
bool HasTestKey(const Record& record) {
  return Contains(record.signers.front(),
                  {"a40da80a59d170ca", "c8a2e9bccf597c2f", "28bbfe4a7b97e746", "465983f7791f2abe"});
}
bool IsDebug(const Record& record) {
  return Matches(record.package, R"(\.debug$)");
}
bool OpensInformation(const std::string& permission) {
  return Matches(
      permission,
      "^(android|com\\.android\\.voicemail)\\.permission\\."
      "(ACCESS_(FINE|COARSE|BACKGROUND|MEDIA)_LOCATION|(READ|WRITE)_CONTACTS|GET_ACCOUNTS|CAMERA|RECORD_AUDIO|"
      "READ_PHONE_(STATE|NUMBERS)|CALL_PHONE|ANSWER_PHONE_CALLS|PROCESS_OUTGOING_CALLS|ACCEPT_HANDOVER|"
      "(READ|WRITE)_CALL_LOG|USE_SIP|ADD_VOICEMAIL|(SEND|READ|RECEIVE)_SMS|RECEIVE_(MMS|WAP_PUSH)|"
      "(READ|WRITE)_CALENDAR|BODY_SENSORS(_BACKGROUND)?|ACTIVITY_RECOGNITION|(READ|WRITE|MANAGE)_EXTERNAL_STORAGE|"
      "READ_MEDIA_(IMAGES|VIDEO|AUDIO|VISUAL_USER_SELECTED)|BLUETOOTH_(SCAN|CONNECT|ADVERTISE)|"
      "NEARBY_WIFI_DEVICES|UWB_RANGING|QUERY_ALL_PACKAGES|PACKAGE_USAGE_STATS)$");
}

// How many owners, by the first two parts of a package, are behind a key besides the record's own.
std::size_t UnrelatedUnder(const std::string& signer, const Record& record) {
  static const std::regex owner(R"(^[^.]+\.[^.]+)");
  const auto owner_of = [&](const std::string& package) {
    std::smatch match;
    std::string text = std::regex_search(package, match, owner) ? match.str() : package;
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
  };
  std::set<std::string> owners;
  for (const Record& other : Records()) {
    if (std::ranges::find(other.signers, signer) != other.signers.end()) owners.insert(owner_of(other.package));
  }
  owners.erase(owner_of(record.package));
  return owners.size();
}

Codes ExpectedOf(const Record& record) {
  Codes out = {"warning no-basic-function"};
  const auto when = [&](bool holds, const char* code) {
    if (holds) out.insert(code);
  };
  const bool unfit = HasInvisible(record.name) || HasOddSpace(record.name);
  when(record.name.empty(), "refused name-missing");
  when(unfit, "refused name-unfit");
  when(!unfit && ReachesSomebody(record.name), "refused name-reaches-somebody");
  when(!unfit && HasDecomposed(record.name), "note name-normalised");
  when(IsPlaceholder(record), "refused package-placeholder");
  when(Matches(record.package, R"(^(org|net)\.example\.)"), "warning package-reserved");
  when(IsDebug(record), "refused debug-build");
  when(Matches(record.version_name, "debug"), "warning debug-version");
  when(HasTestKey(record), "refused public-test-key");
  when(record.min_sdk > record.target_sdk.value_or(record.min_sdk), "warning sdk-range");
  const auto elsewhere = ByPackage().equal_range(record.package);
  when(std::distance(elsewhere.first, elsewhere.second) > 1, "note other-signing-identities");
  when(UnrelatedUnder(record.signers.front(), record) > 3, "warning shared-key");
  when(std::ranges::any_of(record.permissions, OpensInformation), "refused permission-unexplained");
  when(std::ranges::any_of(record.permissions, [](const auto& p) { return p.front() == '.'; }),
       "note permission-relative");
  when(std::ranges::any_of(record.permissions, [](const auto& p) { return p.find('.') == p.npos; }),
       "note permission-without-namespace");
  return out;
}

class RealApps : public ::testing::Test {
 protected:
  void SetUp() override {
    if (Records().empty()) GTEST_SKIP() << "no real apps: CERTMARK_REAL_APPS names no file of them";
  }
};

TEST_F(RealApps, AreEachDecidedAsTheirRecordsSay) {
  std::map<std::string, int> decided;
  for (const Record& record : Records()) {
    const Codes codes = CodesOf(record);
    EXPECT_EQ(codes, ExpectedOf(record)) << record.package;
    for (const std::string& code : codes) ++decided[code];
  }
  // Every oddity occurs, or the comparison above would show nothing.
  for (const char* code :
       {"refused name-missing", "refused name-unfit", "refused name-reaches-somebody", "note name-normalised",
        "refused package-placeholder", "warning package-reserved", "refused debug-build", "warning debug-version",
        "refused public-test-key", "warning sdk-range", "note other-signing-identities", "warning shared-key",
        "refused permission-unexplained", "note permission-relative", "note permission-without-namespace"}) {
    EXPECT_GT(decided[code], 0) << code;
    RecordProperty(code, decided[code]);
  }
}

// What the self-check says of a unit is what the authority does with its form.
TEST_F(RealApps, AreTakenAsFormsUnlessTheirUnitIsRefused) {
  int taken = 0, refused = 0;
  for (const Record& record : Records()) {
    ApplicationForm form;
    form.app = {Platform::kAndroid, record.package};
    form.app_name = record.name;
    form.signers = record.signers;
    form.version_from = std::to_string(record.version);
    form.scheme = "CNCA-App-001 2019";
    form.privacy_policy_url = "https://operator07.example/privacy";
    const bool unfit = record.name.empty() || HasInvisible(record.name) || HasOddSpace(record.name) ||
                       ReachesSomebody(record.name) || IsPlaceholder(record) || IsDebug(record) || HasTestKey(record);
    EXPECT_EQ(!ApplicationForm::Parse(form.ToJson()), unfit) << record.package;
    ++(unfit ? refused : taken);
  }
  EXPECT_GT(taken, refused);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace certmark::ca
