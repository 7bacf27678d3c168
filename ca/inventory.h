// Inventory: what an operator declares of an app before it applies: the unit, and feature by feature what personal
// information is collected, what for, who receives it, and how people are asked.
//
//   {"app": {"platform": "android", "package": "org.example.rides", "name": "Example Rides",
//            "signers": ["5d41…"], "version_code": 120, "version_name": "1.2.0", "min_sdk": 24, "target_sdk": 34,
//            "debuggable": false},
//    "app_type": "ride-hailing",
//    "privacy_policy": "https://operator07.example/privacy",
//    "features": [
//      {"name": "Call a car", "basic": true, "information": [
//        {"item": "location", "purpose": "to send the car to where you stand", "demanded": true,
//         "consent": "at-the-moment", "recipients": ["self", "Example Maps SDK"]}]}],
//    "sdks": [{"name": "Example Maps SDK", "information": ["location"]}],
//    "permissions": ["android.permission.ACCESS_FINE_LOCATION"],
//    "others": [{"package": "org.example.riders", "signers": ["5d41…"]}]}
//
// Of `app` only platform and package must be there; what else is missing is for the self-check to say. Unknown members
// are ignored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verifier-sdk/core/names.h"

namespace certmark::ca {

struct Inventory {
  static constexpr std::size_t kMaxBytes = 1024 * 1024;
  /// kSelf is the recipient that is the operator itself.
  static constexpr std::string_view kSelf = "self";

  /// Consent is how people are asked before an item is collected.
  enum class Consent : std::uint8_t {
    kNone,         ///< they are not: what an inventory that is silent says
    kBefore,       ///< once, by rules that name the item ("before")
    kAtTheMoment,  ///< when it is needed, with its purpose ("at-the-moment")
  };
  struct Information {
    std::string item;       ///< an item's code of the scheme's list, or of docs/SELFCHECK.md
    std::string purpose;    ///< empty: none is given
    bool demanded = false;  ///< the feature does not work for who declines
    Consent consent = Consent::kNone;
    std::vector<std::string> recipients;  ///< kSelf, or the names of third parties; without the member kSelf alone
  };
  struct Feature {
    std::string name;
    bool basic = false;  ///< part of the basic function of the app's type
    std::vector<Information> information;
  };
  /// Sdk is third-party code inside the app.
  struct Sdk {
    std::string name;
    std::vector<std::string> information;  ///< items that it collects or receives
  };
  /// Other is another app that the operator releases, or this one under another key; on the same platform.
  struct Other {
    std::string package;
    std::vector<std::string> signers;
  };

  App app;
  std::string name;  ///< empty: none is given
  std::vector<std::string> signers;
  std::optional<std::uint64_t> version_code, min_sdk, target_sdk;
  std::string version_name;
  bool debuggable = false;
  std::string app_type;        ///< a code of the scheme's list, "ride-hailing"; empty: none is given
  std::string privacy_policy;  ///< its address; empty: none is given
  std::vector<Feature> features;
  std::vector<Sdk> sdks;
  std::optional<std::vector<std::string>> permissions;  ///< nothing: taken from the APK or from a list
  std::vector<Other> others;

  /// Parse reads an inventory. InvalidArgument names the member that is missing, of another type, or over 1,000
  /// elements; what it says of the app is not judged.
  static Result<Inventory> Parse(std::string_view json);
};

}  // namespace certmark::ca
