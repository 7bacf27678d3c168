// FollowToEnd: a log that has an end, followed to it.
#pragma once

#include "verifier-sdk/mirror/follower.h"

namespace certmark::testing {

/// FollowToEnd goes on while there is more, and returns what all steps came to. REQUIRES: the log does not grow as fast
/// as it is followed.
inline Result<mirror::Followed> FollowToEnd(mirror::Follower& follower, const mirror::Authority& authority, Time now) {
  mirror::Followed all;
  do {
    all.Add(CM_TRY(follower.Follow(authority, now)));
  } while (all.is_more);
  return all;
}

}  // namespace certmark::testing
