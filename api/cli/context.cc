#include "api/cli/context.h"

#include <cstdlib>

#include "api/passphrase.h"

namespace certmark::cli {
namespace {

std::filesystem::path HomeOf(const Globals& globals) {
  if (!globals.home.empty()) return globals.home;
  const char* user = std::getenv("HOME");
  return std::filesystem::path(user ? user : ".") / ".config" / "certmark";
}

}  // namespace

Context::Context(const Environment& environment, Globals globals)
    : environment_(environment),
      globals_(std::move(globals)),
      console_(environment.out, environment.err),
      home_(HomeOf(globals_)) {
  console_.set_json(globals_.json);
  console_.set_err_is_terminal(environment.err_is_terminal);
}

Result<ca::Secret> Context::Passphrase() const {
  auto passphrase = api::ReadPassphrase(globals_.passphrase_file);
  if (passphrase) return passphrase;
  return Error{ErrorCode::kInvalidArgument, passphrase.error().message};
}

}  // namespace certmark::cli
