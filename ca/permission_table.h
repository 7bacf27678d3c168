// Which personal information an Android permission opens.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace certmark::ca {

/// PermissionRow is a permission, and the items any of which explains that an app asks for it.
struct PermissionRow {
  std::string_view permission;
  std::span<const std::string_view> items;
};

/// PermissionTable lists Android's dangerous permissions and two others that show what else a person has and does, each
/// once. POST_NOTIFICATIONS is dangerous and opens no information: it is not in it.
std::span<const PermissionRow> PermissionTable();

/// ItemsBehind are the items of a permission, or none.
std::span<const std::string_view> ItemsBehind(std::string_view permission);

/// FullPermission writes a permission in full: a leading dot stands for the package, as in a manifest.
std::string FullPermission(std::string_view permission, std::string_view package);

/// IsSensitiveItem: an item that can harm who is behind it (GB/T 35273-2020 annex B): identity documents, accounts of
/// money, health, where somebody is and goes, whom they know, what they write and say.
bool IsSensitiveItem(std::string_view item);

}  // namespace certmark::ca
