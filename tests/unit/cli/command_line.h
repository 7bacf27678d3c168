// A `certmark` without a process: its home, its files, its clock.
//
//   CommandLine certmark;
//   EXPECT_EQ(certmark.Run({"trust", "show"}).code, 0);
#pragma once

#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "api/cli/program.h"
#include "ledger/posix_file.h"
#include "tests/support/test_pki.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::testing {

class CommandLine {
 public:
  struct Ran {
    int code = -1;
    std::string out, err;
  };

  /// Run runs with this home, `in` on stdin.
  Ran Run(std::vector<std::string> arguments, const std::string& in = "") {
    arguments.insert(arguments.begin(), {"--home", home().string()});
    return RunAnywhere(arguments, in);
  }
  /// RunAnywhere names no home.
  Ran RunAnywhere(const std::vector<std::string>& arguments, const std::string& in = "") {
    std::istringstream input(in);
    std::ostringstream out, err;
    const int code = cli::Run(arguments, {.in = input,
                                          .out = out,
                                          .err = err,
                                          .clock = [this] { return now; },
                                          .variables = [this](const char* name) { return Variable(name); },
                                          .columns = columns});
    return {code, out.str(), err.str()};
  }

  /// Write makes a file and returns its name.
  std::string Write(std::string_view name, std::string_view text) const {
    const auto file = directory_ / name;
    ledger::ReplaceFile(file, text).value();
    return file.string();
  }
  std::filesystem::path home() const { return directory_ / "home"; }
  const TempDir& directory() const { return directory_; }

  Time now = kNow;
  std::map<std::string, std::string> variables;  ///< the environment's; of the tests' own there is none
  std::size_t columns = 0;

 private:
  std::optional<std::string> Variable(const char* name) const {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  }

  TempDir directory_;
};

}  // namespace certmark::testing
