#include "api/cli/statement_file.h"

#include "api/cli/files.h"
#include "ca/statements.h"

namespace certmark::cli {

CLI::Option* AddStatement(CLI::App& verb, const char* option, std::string& file, const char* description) {
  return verb.add_option(option, file, std::string(description) + "; - reads standard input")->type_name("FILE");
}

Result<std::string> ReadStatement(Context& context, const std::string& file) {
  if (file.empty()) return std::string();
  constexpr std::size_t kLineEnd = 2;
  std::string text = CM_TRY(ReadInput(context.in(), file, ca::kMaxStatementBytes + kLineEnd));
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  CM_TRY(ca::CheckStatement(text));
  return text;
}

}  // namespace certmark::cli
