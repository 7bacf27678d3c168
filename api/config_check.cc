#include "api/config_check.h"

#include <utility>

#include "api/passphrase.h"
#include "api/server_identity.h"
#include "ca/authority.h"
#include "ca/outside.h"
#include "ca/schemes.h"

namespace certmark::api {
namespace {

using Mistakes = std::vector<std::string>;

// Of several lines, as schemes have them, each is one.
void Add(Mistakes& mistakes, const std::string& message) {
  std::size_t begin = 0;
  for (std::size_t end; (end = message.find('\n', begin)) != message.npos; begin = end + 1) {
    mistakes.push_back(message.substr(begin, end - begin));
  }
  if (begin < message.size()) mistakes.push_back(message.substr(begin));
}

template <class T>
void AddErrorOf(Mistakes& mistakes, const Result<T>& result) {
  if (!result) Add(mistakes, result.error().message);
}

void CheckAuthority(Mistakes& mistakes, const Config& config, const ca::Secret& passphrase, Time now) {
  const ca::AuthorityFiles files = FilesOf(config);
  const auto authority = ca::Authority::Load(files, passphrase, now);
  AddErrorOf(mistakes, authority);
  if (!authority) return;
  AddErrorOf(mistakes, ca::LoadWitnessPolicy(config.witness_policy, authority->trust));
  AddErrorOf(mistakes, LoadServerIdentity(files, *authority, passphrase, now));
}

void CheckPlaces(Mistakes& mistakes, const Config& config) {
  const ca::AuthorityFiles files = FilesOf(config);
  std::error_code unreadable;
  const auto need_directory = [&](const std::filesystem::path& place, std::string_view what) {
    if (std::filesystem::is_directory(place, unreadable)) return;
    mistakes.push_back("no directory " + place.string() + ", where " + std::string(what));
  };
  need_directory(files.database(), "the database is");
  need_directory(files.documents(), "documents are");
  need_directory(files.document_keys(), "the keys of documents are");
  if (!config.key_backups.empty()) need_directory(config.key_backups, "the keys of documents are copied to");
  if (!std::filesystem::exists(files.anchor(), unreadable)) {
    mistakes.push_back("anchor " + files.anchor().string() + " is missing");
  }
}

bool AreInEachOthersWay(const Listener& a, const Listener& b) {
  const auto is_any = [](const Listener& listener) {
    return listener.address == "0.0.0.0" || listener.address == "::";
  };
  return a.port != 0 && a.port == b.port && (a.address == b.address || is_any(a) || is_any(b));
}

void CheckListeners(Mistakes& mistakes, const Config& config) {
  std::vector<std::pair<std::string, Listener>> listeners = {{"public_grpc", config.public_grpc},
                                                             {"party_grpc", config.party_grpc},
                                                             {"public_http", config.public_http},
                                                             {"party_http", config.party_http},
                                                             {"operations", config.operations}};
  if (config.public_http_plain) listeners.emplace_back("public_http_plain", *config.public_http_plain);
  for (auto a = listeners.begin(); a != listeners.end(); ++a) {
    for (auto b = a + 1; b != listeners.end(); ++b) {
      if (!AreInEachOthersWay(a->second, b->second)) continue;
      mistakes.push_back("listen." + a->first + " and listen." + b->first + " are both at port " +
                         std::to_string(a->second.port));
    }
  }
}

}  // namespace

std::vector<std::string> MistakesAround(const Config& config, const std::filesystem::path& passphrase_file, Time now) {
  Mistakes mistakes;
  const auto passphrase = ReadPassphrase(passphrase_file);
  AddErrorOf(mistakes, passphrase);
  if (passphrase) CheckAuthority(mistakes, config, *passphrase, now);
  AddErrorOf(mistakes, ca::Schemes::Load(FilesOf(config).schemes()));
  AddErrorOf(mistakes, MailerOptionsOf(config.notices));
  AddErrorOf(mistakes, WebhookOptionsOf(config.notices));
  CheckPlaces(mistakes, config);
  CheckListeners(mistakes, config);
  return mistakes;
}

}  // namespace certmark::api
