// http.plain and http.tls: http_bench.py is run as a child, and its lines are passed on.
#include <cstdio>
#include <memory>

#include "tests/bench/bench.h"

namespace certmark::bench {
namespace {

constexpr const char* kNames[] = {"http.plain", "http.tls"};

bool IsInstalled(const std::string& program) {
  for (const char* folder : {"/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"}) {
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::path(folder) / program, error)) return true;
  }
  return false;
}

void PrintNothing(const Options& options, const std::string& name, const std::string& why) {
  Print(options, {name, 0, "requests/s", 0, 0, why, "nothing was measured"});
}

// Quoted is a word for the shell.
std::string Quoted(const std::string& text) {
  std::string out = "'";
  for (const char letter : text) out += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return out + "'";
}

// RunChild passes on what the script prints; false: it printed no figure.
bool RunChild(const Options& options, const std::string& name) {
  const std::string command = std::string(CERTMARK_PYTHON) + " " + Quoted(CERTMARK_HTTP_BENCH) + " --bin " +
                              Quoted(options.programs.string()) + " --only " + name;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> child(::popen(command.c_str(), "r"), &::pclose);
  if (child == nullptr) return false;
  std::string line;
  bool printed = false;
  for (int letter; (letter = std::fgetc(child.get())) != EOF;) {
    if (letter != '\n') {
      line += static_cast<char>(letter);
      continue;
    }
    printed = PrintJsonLine(options, line) || printed;
    line.clear();
  }
  return printed;
}

}  // namespace

Result<void> BenchHttp(const Options& options) {
  const bool installed = IsInstalled("nginx") && IsInstalled("wrk");
  for (const char* name : kNames) {
    if (!options.Wants(name)) continue;
    if (!installed) {
      PrintNothing(options, name, "nginx or wrk is missing: apt-get install nginx-light wrk");
      continue;
    }
    Progress(std::string(name) + ": certmarkd and nginx, with wrk");
    if (!RunChild(options, name)) PrintNothing(options, name, "http_bench.py failed, see above");
  }
  return {};
}

}  // namespace certmark::bench
