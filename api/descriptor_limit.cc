#include "api/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace certmark::api {

Result<std::size_t> RaiseDescriptorLimit() {
  constexpr rlim_t kMost = 1 << 20;  // an unlimited hard limit still needs a number to divide
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return Error{ErrorCode::kInternal, std::string("getrlimit: ") + std::strerror(errno)};
  }
  limit.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, kMost));
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return Error{ErrorCode::kInternal, std::string("setrlimit: ") + std::strerror(errno)};
  }
  if (limit.rlim_cur < kLeastDescriptors) {
    return Error{ErrorCode::kFailedPrecondition, "only " + std::to_string(limit.rlim_cur) +
                                                     " open descriptors are allowed (RLIMIT_NOFILE), at least " +
                                                     std::to_string(kLeastDescriptors) + " are needed"};
  }
  return std::min<std::size_t>(limit.rlim_cur, kMost);
}

ConnectionShares ShareConnections(std::size_t descriptors) {
  const std::size_t shared = std::min(ConnectionShares::kMost, descriptors / 4) - ConnectionShares::kOperations;
  const std::size_t party = shared / 4;
  return {.each_public = (shared - party) / 2, .party = party, .operations = ConnectionShares::kOperations};
}

}  // namespace certmark::api
