// What would be refused of the unit: its name, package, signing identity and build.
#include <algorithm>
#include <set>

#include "ca/app_name.h"
#include "ca/package_name.h"
#include "ca/public_text.h"
#include "ca/self_check_parts.h"
#include "ca/signing_identity.h"

namespace certmark::ca {
namespace {

constexpr std::size_t kMaxSigners = 64;
constexpr std::uint64_t kMaxPlayVersion = 2'100'000'000, kMaxIntVersion = 2'147'483'647;
constexpr std::uint64_t kFirstSdkOfLongVersions = 28;
// So many unrelated others under one key look like a distributor's key, not an operator's.
constexpr std::size_t kManyUnrelated = 3;

std::string Lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// Apps of one owner share the first two parts of their packages, by the convention of reversed domains.
std::string OwnerPart(std::string_view package) {
  const std::size_t first = package.find('.');
  const std::size_t second = first == package.npos ? package.npos : package.find('.', first + 1);
  return Lower(package.substr(0, second));
}

void CheckImitation(const AppName& name, const App& app, std::span<const CertifiedName> certified, Findings& out) {
  for (const CertifiedName& other : certified) {
    if (other.app == app) continue;
    const auto other_name = AppName::Parse(other.name);
    if (!other_name || !name.LooksLike(*other_name)) continue;
    out.Warn({"name-looks-like-certified", "", name.text(),
              "it looks like " + other_name->text() + ", the name of the certified app " + other.app.ToText() + "."});
  }
}

bool SharesKey(const Inventory& inventory, const Inventory::Other& other, const std::string& signer) {
  return other.package != inventory.app.package && std::ranges::find(other.signers, signer) != other.signers.end();
}

std::string Number(std::uint64_t number) {
  return std::to_string(number);
}

}  // namespace

void CheckNamed(const Inventory& inventory, std::span<const CertifiedName> certified, Findings& out) {
  if (inventory.name.empty()) {
    return out.Refuse({"name-missing", "", inventory.app.ToText(), "a certification names the app as people know it."});
  }
  const auto name = AppName::Parse(inventory.name);
  if (!name)
    return out.Refuse(
        {"name-unfit", "", inventory.name, "a name must show what it holds: " + name.error().message + "."});
  if (name->text() != inventory.name)
    out.Note({"name-normalised", "", inventory.name, "it will be written in Unicode's composed form."});
  if (!PublicText::OfApp(*name)) {
    return out.Refuse(
        {"name-reaches-somebody", "", inventory.name,
         "an address or a number of seven digits or more stands in it, and it would be public for ever."});
  }
  CheckImitation(*name, inventory.app, certified, out);
}

void CheckPackage(const Inventory& inventory, Findings& out) {
  const std::string& package = inventory.app.package;
  if (!IsPackageName(inventory.app)) {
    out.Refuse({"package-unfit", "", package, "the platform allows no such package name."});
  } else if (IsPlaceholderPackage(package)) {
    out.Refuse({"package-placeholder", "", package, "a template wrote this name, and nobody owns it."});
  } else if (IsReservedPackage(package)) {
    out.Warn({"package-reserved", "", package, "no operator can own this domain; choose a name of your own."});
  }
  if (IsDebugPackage(package)) {
    out.Refuse(
        {"debug-build", "", package, "the name is that of a build for developers; apply with the released one."});
  }
}

void CheckSigners(const Inventory& inventory, Findings& out) {
  const std::vector<std::string>& signers = inventory.signers;
  if (inventory.app.platform == Platform::kMiniprogram) return;
  if (signers.empty() || signers.size() > kMaxSigners)
    out.Refuse({"signers-unfit", "", inventory.app.ToText(), "a unit has 1 to 64 signing certificates."});
  std::set<std::string_view> seen;
  for (const std::string& signer : signers) {
    if (!IsSigner(inventory.app.platform, signer)) {
      out.Refuse({"signers-unfit", "", signer, "it is no signing identity of this platform."});
    } else if (IsPublicTestKey(signer)) {
      out.Refuse({"public-test-key", "", signer, "its private key is public: anybody can sign as this app."});
    } else if (!seen.insert(signer).second) {
      out.Refuse({"signers-unfit", "", signer, "it is named twice."});
    }
  }
  if (seen.size() > 1)
    out.Note({"several-signers", "", inventory.app.package,
              "its " + Number(seen.size()) + " signers together are one signing identity."});
}

void CheckOthers(const Inventory& inventory, Findings& out) {
  const std::set<std::string> own(inventory.signers.begin(), inventory.signers.end());
  std::set<std::set<std::string>> elsewhere;
  for (const Inventory::Other& other : inventory.others) {
    std::set<std::string> signers(other.signers.begin(), other.signers.end());
    if (other.package == inventory.app.package && signers != own) elsewhere.insert(std::move(signers));
  }
  if (!elsewhere.empty()) {
    out.Note({"other-signing-identities", "", inventory.app.package,
              "it is released under " + Number(elsewhere.size()) +
                  " more: each is a unit of its own, with its own certification."});
  }
  for (const std::string& signer : own) {
    std::set<std::string> owners;
    for (const Inventory::Other& other : inventory.others) {
      if (SharesKey(inventory, other, signer)) owners.insert(OwnerPart(other.package));
    }
    owners.erase(OwnerPart(inventory.app.package));
    if (owners.size() <= kManyUnrelated) continue;
    out.Warn({"shared-key", "", signer,
              "it signs apps under " + Number(owners.size()) +
                  " unrelated names too: whoever holds it can replace any of them."});
  }
}

void CheckBuild(const Inventory& inventory, Findings& out) {
  const std::string& package = inventory.app.package;
  if (inventory.debuggable)
    out.Refuse({"debug-build", "", package, "it is debuggable: whoever holds the device can read what it keeps."});
  if (Lower(inventory.version_name).find("debug") != std::string::npos)
    out.Warn({"debug-version", "", inventory.version_name, "the version calls itself a build for developers."});
  if (inventory.min_sdk && inventory.target_sdk && *inventory.min_sdk > *inventory.target_sdk) {
    out.Warn({"sdk-range", "", Number(*inventory.min_sdk) + " > " + Number(*inventory.target_sdk),
              "it needs a newer system than it was made for, so the rules of the older one apply to it."});
  }
  if (!UsesNumberBuilds(inventory.app.platform)) return;
  if (!inventory.version_code)
    return out.Refuse({"version-missing", "", package, "a certification says from which version code on it holds."});
  const std::uint64_t code = *inventory.version_code;
  if (code > kMaxIntVersion && inventory.min_sdk.value_or(0) < kFirstSdkOfLongVersions) {
    out.Warn({"version-truncated", "", Number(code), "systems before API 28 see its lower 32 bits alone."});
  } else if (code > kMaxPlayVersion) {
    out.Note({"version-large", "", Number(code), "some stores take version codes up to 2100000000 alone."});
  }
}

void CheckObserved(const Inventory& inventory, const Observed& observed, Findings& out) {
  const auto differs = [&](std::string_view member, const std::string& declared, const std::string& found) {
    if (declared == found) return;
    out.Refuse({"inventory-differs", "", std::string(member) + ": " + declared,
                "the file itself says " + found + ": the inventory is of another build."});
  };
  const auto compare = [&](std::string_view member, const auto& declared, const auto& found) {
    if (declared && found) differs(member, Number(*declared), Number(*found));
  };
  if (observed.package) differs("package", inventory.app.package, *observed.package);
  compare("version_code", inventory.version_code, observed.version_code);
  compare("min_sdk", inventory.min_sdk, observed.min_sdk);
  compare("target_sdk", inventory.target_sdk, observed.target_sdk);
  if (observed.debuggable.value_or(false) && !inventory.debuggable)
    out.Refuse({"debug-build", "", inventory.app.package, "the file itself is debuggable."});
}

}  // namespace certmark::ca
