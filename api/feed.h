// Feed: what has happened to an app in public, as its feed tells it. Pure: it knows what anybody may ask, and no more.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "certmark/v1/public.pb.h"
#include "verifier-sdk/core/time.h"

namespace certmark::api {

/// Happening is one thing that has happened to a certification of the app, or to an order on it that is exposed, or
/// was.
struct Happening {
  enum class Kind : std::uint8_t {
    kIssued,
    kSuspended,
    kReinstated,
    kRevoked,
    kWithdrawn,
    kSuperseded,
    kExpired,  ///< by the clock: no event of the log says it
    kExposed,
    kRectified,
    kOrderAnnulled,
  };
  Kind kind;
  Time at;               ///< when it took effect
  std::string resource;  ///< `certifications/…`, `orders/…`
  /// place tells it from all else that ever happens to the resource, and stays: a history only grows.
  std::string place;
  std::string app_name = {};  ///< as it was certified; of an order none
  std::string detail = {};    ///< codes of the scheme, or the number of the successor; or empty

  std::string_view number() const { return std::string_view(resource).substr(resource.find('/') + 1); }
};

/// kMaxHappenings is how many a feed shows.
inline constexpr std::size_t kMaxHappenings = 100;

/// HappeningsOf are those of an app's certifications, oldest first, each as it is now, and of its exposed orders: the
/// newest first, and of these kMaxHappenings at most.
std::vector<Happening> HappeningsOf(std::span<const v1::Certification> certifications,
                                    std::span<const v1::ExposedOrder> orders);

/// Name is the kind as events are called (FORMATS.md §4): `suspended`, `order-annulled`; and `issued`, `expired`.
std::string_view Name(Happening::Kind kind);

}  // namespace certmark::api
