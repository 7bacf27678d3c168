#include "api/operations_token.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "ca/small_file.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/core/bytes.h"

namespace certmark::api {
namespace {

constexpr std::size_t kMaxBytes = 256;

bool IsLoopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

}  // namespace

Result<ca::Secret> NewOperationsToken(const ca::Random& random) {
  std::array<std::uint8_t, 32> bits{};
  CM_TRY(random(bits));
  return ca::Secret(Base64UrlEncode(bits));
}

Result<void> WriteOperationsToken(const ca::AuthorityFiles& files, Listener bound, const ca::Secret& token) {
  if (bound.address == "0.0.0.0") bound.address = "127.0.0.1";
  if (bound.address == "::") bound.address = "::1";
  const ca::Secret text(bound.ToText() + "\n" + std::string(token.Reveal()) + "\n");
  return ledger::ReplaceFile(files.operations_token(), text.Reveal());
}

Result<OperationsAccess> ReadOperationsToken(const ca::AuthorityFiles& files) {
  const std::string file = files.operations_token().string();
  const ca::Secret text = CM_TRY(ca::ReadPrivateFile(file, kMaxBytes));
  const Error corrupt{ErrorCode::kCorruption, file + " is not what a daemon writes"};
  std::string_view rest = text.Reveal();
  const std::size_t end = rest.find('\n');
  if (end == rest.npos || !rest.ends_with('\n')) return corrupt;
  auto listener = Listener::Parse(rest.substr(0, end));
  rest.remove_prefix(end + 1);
  if (!listener || rest.find('\n') + 1 != rest.size() || rest.size() < 2) return corrupt;
  if (!IsLoopback(listener->address)) {
    return Error{ErrorCode::kPermissionDenied, "the daemon listens for operations at " + listener->ToText() +
                                                   ", which is not loopback: the token in " + file +
                                                   " is shown to no other machine"};
  }
  rest.remove_suffix(1);
  return OperationsAccess{*std::move(listener), ca::Secret(rest)};
}

}  // namespace certmark::api
