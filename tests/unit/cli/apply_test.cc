// What an operator would be called: written into a form, and shown of one.
#include <gtest/gtest.h>

#include "api/cli/resources.h"
#include "ca/application.h"
#include "tests/unit/cli/command_line.h"

namespace certmark::testing {
namespace {

constexpr const char* kSigner = "a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b";

class Apply : public ::testing::Test {
 protected:
  CommandLine::Ran Run(const std::vector<std::string>& more) {
    std::vector<std::string> all = {
        "apply", "--app",        "android:org.example.app",    "--app-name", "Example", "--from",
        "100",   "--policy-url", "https://operator07.example", "--signer",   kSigner};
    all.insert(all.end(), more.begin(), more.end());
    return certmark.Run(all);
  }
  const std::vector<std::string> documents_only{"--path", "documents-only", "--base", "CM-2026-7K3Q9X2M4T4"};
  CommandLine certmark;
};

TEST_F(Apply, TakesNewNamesOnThePathThatIsForThem) {
  std::vector<std::string> named = documents_only;
  named.insert(named.end(), {"--operator-name", "New Name Ltd", "--operator-url", "https://new.example"});
  EXPECT_NE(Run(named).err.find("party enrol"), std::string::npos) << "the form is good, and goes nowhere yet";
  EXPECT_NE(Run(documents_only).err.find("--operator-name is required"), std::string::npos);
  const auto elsewhere = Run({"--operator-name", "New Name Ltd"});
  EXPECT_NE(elsewhere.err.find("operator: it takes no new name on the path"), std::string::npos) << elsewhere.err;
}

TEST_F(Apply, FindsANameThatMayNotBePublicBeforeItIsSent) {
  std::vector<std::string> named = documents_only;
  named.insert(named.end(), {"--operator-name", "li.si@example.org"});
  const auto ran = Run(named);
  EXPECT_NE(ran.err.find("the form: operator: no name of an organisation"), std::string::npos) << ran.err;
}

TEST_F(Apply, TakesOneDocumentOfAKind) {
  const std::string file = certmark.Write("policy.txt", "what we collect");
  const auto ran = Run({"--document", "privacy-policy=" + file, "--document", "privacy-policy=" + file});
  EXPECT_NE(ran.err.find("--document privacy-policy is given twice"), std::string::npos) << ran.err;
}

TEST(ApplicationShown, SaysWhatItsOperatorWouldBeCalled) {
  ca::ApplicationForm form;
  form.app = App::Parse("android:org.example.app").value();
  form.app_name = "Example";
  form.signers = {kSigner};
  form.version_from = "100";
  form.scheme = "CNCA-App-001 2019";
  form.privacy_policy_url = "https://operator07.example";
  form.path = ca::ApplicationPath::kDocumentsOnly;
  form.base = "CM-2026-7K3Q9X2M4T4";
  form.new_names = ca::ApplicationForm::NewNames{"New Name Ltd", ""};
  v1::Application application;
  application.set_form(form.ToJson());
  std::ostringstream out, err;
  cli::Console console(out, err);
  cli::Show(console, application);
  EXPECT_NE(out.str().find("new name"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("new address"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("none"), std::string::npos) << out.str();
}

}  // namespace
}  // namespace certmark::testing
