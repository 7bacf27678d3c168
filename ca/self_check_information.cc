// What would be refused of the personal information: what is demanded, why, by whom, and which permissions open it.
#include <algorithm>
#include <set>

#include "ca/permission_table.h"
#include "ca/plain_text.h"
#include "ca/self_check_parts.h"

namespace certmark::ca {
namespace {

using Consent = Inventory::Consent;

std::string Where(const Inventory::Feature& feature, const Inventory::Information& information) {
  return information.item + " for \"" + feature.name + "\"";
}

// Visit calls `visit(feature, information)` for each item of each feature, in order.
template <class F>
void Visit(const Inventory& inventory, F visit) {
  for (const Inventory::Feature& feature : inventory.features) {
    for (const Inventory::Information& information : feature.information) visit(feature, information);
  }
}

std::set<std::string> DeclaredItems(const Inventory& inventory) {
  std::set<std::string> items;
  Visit(inventory, [&](const auto&, const Inventory::Information& information) { items.insert(information.item); });
  return items;
}

bool Explains(std::span<const std::string_view> items, const std::set<std::string>& declared) {
  return std::ranges::any_of(items, [&](std::string_view item) { return declared.contains(std::string(item)); });
}

std::string Listed(std::span<const std::string_view> items) {
  std::string out;
  for (const std::string_view item : items) out += (out.empty() ? "" : ", ") + std::string(item);
  return out;
}

std::set<std::string> FullPermissions(const std::vector<std::string>& permissions, const std::string& package) {
  std::set<std::string> full;
  for (const std::string& permission : permissions) full.insert(FullPermission(permission, package));
  return full;
}

// Permissions as they are written: what is odd about one is worth knowing, and no more.
void CheckSpelling(const Inventory& inventory, const std::vector<std::string>& permissions, Findings& out) {
  for (const std::string& permission : permissions) {
    if (permission.starts_with('.')) {
      out.Note({"permission-relative", "", permission,
                "it is read as " + FullPermission(permission, inventory.app.package) + "."});
    } else if (permission.find('.') == std::string::npos) {
      out.Note({"permission-without-namespace", "", permission, "no system grants a permission of such a name."});
    }
  }
}

void CompareWithFile(const Inventory& inventory, const Observed& observed, Findings& out) {
  const auto declared = FullPermissions(*inventory.permissions, inventory.app.package);
  const auto found = FullPermissions(observed.permissions, inventory.app.package);
  for (const std::string& permission : found) {
    if (!declared.contains(permission))
      out.Refuse({"permission-not-declared", "APP-2019/2.1", permission,
                  "the app asks for it and the inventory does not say so."});
  }
  for (const std::string& permission : declared) {
    if (!found.contains(permission))
      out.Warn({"permission-not-found", "APP-2019/2.1", permission,
                "the inventory has it and the app does not ask for it."});
  }
}

void CheckExplained(const std::set<std::string>& permissions, const std::set<std::string>& items, Findings& out) {
  for (const std::string& permission : permissions) {
    const auto behind = ItemsBehind(permission);
    if (behind.empty() || Explains(behind, items)) continue;
    out.Refuse({"permission-unexplained", "APP-2019/4.1", permission,
                "no feature declares what it opens (" + Listed(behind) + "): it is unrelated to the functions."});
  }
}

// An item that only a permission opens, without one that does. One that people may type in as well says nothing.
void CheckUnopened(const std::set<std::string>& permissions, const std::set<std::string>& items, Findings& out) {
  for (const char* item :
       {"contacts", "calls", "messages", "calendar", "audio", "camera", "installed-apps", "location"}) {
    const auto opens = [&](const std::string& permission) {
      const auto behind = ItemsBehind(permission);
      return std::ranges::find(behind, item) != behind.end();
    };
    if (!items.contains(item) || std::ranges::any_of(permissions, opens)) continue;
    out.Note(
        {"permission-missing", "APP-2019/2.1", item, "it is declared, and no permission that opens it is asked for."});
  }
}

}  // namespace

void CheckPolicy(const Inventory& inventory, Findings& out) {
  if (inventory.privacy_policy.empty()) {
    out.Refuse({"policy-missing", "APP-2019/1.1", inventory.app.ToText(), "there is no privacy policy."});
  } else if (!IsHttpsUrl(inventory.privacy_policy)) {
    out.Refuse(
        {"policy-unfit", "APP-2019/1.1", inventory.privacy_policy, "it is no https address that anybody can read."});
  }
}

void CheckType(const Inventory& inventory, const NecessaryInformation* necessary, Findings& out) {
  if (!necessary) {
    return out.Note(
        {"necessity-not-compared", "", inventory.app_type, "the scheme has no list of what a type of app may demand."});
  }
  const auto* type = necessary->FindType(inventory.app_type);
  if (!type) {
    return out.Refuse({"type-unknown", "APP-2019/4.1", inventory.app_type,
                       "it is no type of " + necessary->id + ": what is necessary cannot be told."});
  }
  const auto allowed = [&](const std::string& item) {
    return std::ranges::find(type->items, item) != type->items.end();
  };
  Visit(inventory, [&](const Inventory::Feature& feature, const Inventory::Information& information) {
    if (!feature.basic || !information.demanded || allowed(information.item)) return;
    const std::string limit = type->items.empty() ? "without any personal information." : "for no more than its list.";
    out.Refuse({"information-beyond-type", "APP-2019/4.2", Where(feature, information),
                necessary->id + " lets people use the basic function of " + type->name.en + " " + limit});
  });
}

void CheckInformation(const Inventory& inventory, Findings& out) {
  if (!std::ranges::any_of(inventory.features, &Inventory::Feature::basic)) {
    out.Warn({"no-basic-function", "APP-2019/2.1", inventory.app.ToText(),
              "no feature is said to be the basic function, so nothing can be held against its type."});
  }
  Visit(inventory, [&](const Inventory::Feature& feature, const Inventory::Information& information) {
    const std::string where = Where(feature, information);
    if (information.purpose.empty())
      out.Refuse({"purpose-missing", "APP-2019/2.1", where, "each item is listed with its purpose."});
    if (information.consent == Consent::kNone) {
      out.Refuse({"consent-missing", "APP-2019/3.1", where, "it is collected before anybody agreed."});
    } else if (IsSensitiveItem(information.item) && information.consent != Consent::kAtTheMoment) {
      out.Refuse({"sensitive-not-at-the-moment", "APP-2019/2.3", where,
                  "a sensitive item is asked for when it is needed, with its purpose."});
    }
  });
}

void CheckThirdParties(const Inventory& inventory, Findings& out) {
  const auto listed = [&](const std::string& name) {
    return std::ranges::find(inventory.sdks, name, &Inventory::Sdk::name) != inventory.sdks.end();
  };
  Visit(inventory, [&](const Inventory::Feature& feature, const Inventory::Information& information) {
    for (const std::string& recipient : information.recipients) {
      if (recipient == Inventory::kSelf) continue;
      const std::string what = Where(feature, information) + " to " + recipient;
      if (!listed(recipient))
        out.Refuse({"recipient-not-listed", "APP-2019/5.1", what, "a third party that receives it is listed by name."});
      if (information.consent == Consent::kNone)
        out.Refuse({"recipient-without-consent", "APP-2019/5.1", what, "it is given away before anybody agreed."});
    }
  });
  for (const Inventory::Sdk& sdk : inventory.sdks) {
    for (const std::string& item : sdk.information) {
      bool declared = false;
      Visit(inventory, [&](const auto&, const Inventory::Information& information) {
        declared |= information.item == item &&
                    std::ranges::find(information.recipients, sdk.name) != information.recipients.end();
      });
      if (!declared)
        out.Refuse(
            {"sdk-not-declared", "APP-2019/2.1", item + " by " + sdk.name, "no feature declares that it goes there."});
    }
  }
}

void CheckPermissions(const Inventory& inventory, const Observed* observed, Findings& out) {
  if (inventory.app.platform != Platform::kAndroid) return;
  if (!inventory.permissions && !observed) {
    return out.Refuse({"permissions-missing", "APP-2019/2.1", inventory.app.ToText(),
                       "the permissions are not listed; an app that asks for none says so by an empty list."});
  }
  const std::vector<std::string>& at_hand = observed ? observed->permissions : *inventory.permissions;
  CheckSpelling(inventory, at_hand, out);
  if (observed && inventory.permissions) CompareWithFile(inventory, *observed, out);
  const auto permissions = FullPermissions(at_hand, inventory.app.package);
  const auto items = DeclaredItems(inventory);
  CheckExplained(permissions, items, out);
  CheckUnopened(permissions, items, out);
}

}  // namespace certmark::ca
