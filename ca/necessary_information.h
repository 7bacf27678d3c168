// NecessaryInformation: what each type of app may at most demand (NPI-2021).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace certmark::ca {

/// Words is one line in each of a scheme's languages.
struct Words {
  std::string en, zh;
};

/// NecessaryInformation is what each type of app may at most demand (NPI-2021).
struct NecessaryInformation {
  struct Item {
    std::string code;  ///< "mobile-number"
    Words name;
  };
  struct AppType {
    std::uint32_t number = 0;  ///< 1 to 39
    std::string code;          ///< "ride-hailing"
    Words name;
    std::vector<std::string> items;  ///< codes; none at all for many types
  };
  std::string id;
  std::vector<Item> items;
  std::vector<AppType> types;
  const AppType* FindType(std::string_view code) const;
};

}  // namespace certmark::ca
