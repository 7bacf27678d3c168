#include "api/config.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <functional>
#include <sstream>

#include "api/mail_address.h"
#include "api/toml_text.h"
#include "ca/key_backups.h"
#include "ledger/posix_file.h"
#include "verifier-sdk/core/decimal.h"
#include "verifier-sdk/core/quote.h"

namespace certmark::api {
namespace {

bool IsIpAddress(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> unused;
  return inet_pton(family, text.c_str(), unused.data()) == 1;
}

// Whether a running daemon takes up another value of a key when it is told to reload.
enum class Taken { kAtStart, kAtReload };

// One key of the file: where it stands, what it is for, and how its text is read into and written from a Config.
struct Key {
  std::string_view table;  ///< empty: the file's own
  std::string_view name;
  std::string_view comment;
  std::function<Result<void>(Config&, std::string_view text)> read;
  std::function<std::string(const Config&)> write;
  Taken taken = Taken::kAtStart;
};

Key AtReload(Key key) {
  key.taken = Taken::kAtReload;
  return key;
}

Key PathKey(std::string_view name, std::string_view comment, std::filesystem::path Config::*member) {
  return {"", name, comment,
          [=](Config& config, std::string_view text) { return config.*member = text, Result<void>{}; },
          [=](const Config& config) { return (config.*member).string(); }};
}

Key TextKey(std::string_view name, std::string_view comment, std::string Config::*member) {
  return {"", name, comment,
          [=](Config& config, std::string_view text) { return config.*member = text, Result<void>{}; },
          [=](const Config& config) { return config.*member; }};
}

Key ListenerKey(std::string_view name, std::string_view comment, Listener Config::*member) {
  return {"listen", name, comment,
          [=](Config& config, std::string_view text) -> Result<void> {
            config.*member = CM_TRY(Listener::Parse(text));
            return {};
          },
          [=](const Config& config) { return (config.*member).ToText(); }};
}

// A number of 0 to `most` at a place in a configuration.
Key NumberKey(std::string_view table, std::string_view name, std::string_view comment, std::uint64_t most,
              std::function<void(Config&, std::uint64_t)> set, std::function<std::uint64_t(const Config&)> get) {
  return {table, name, comment,
          [=](Config& config, std::string_view text) -> Result<void> {
            const auto number = ParseDecimal(text, most);
            if (!number)
              return Error{ErrorCode::kInvalidArgument, Quote(text) + " is not 0 to " + std::to_string(most)};
            set(config, *number);
            return {};
          },
          [=](const Config& config) { return std::to_string(get(config)); }};
}

constexpr std::uint64_t kAnHourInMs = 3600 * 1000;

Key RateKey(std::string_view name, std::string_view comment, std::uint32_t CallRates::*rate) {
  constexpr std::uint64_t kMost = 1'000'000;
  return AtReload(NumberKey(
      "limits", name, comment, kMost,
      [=](Config& config, std::uint64_t number) { config.rates.*rate = static_cast<std::uint32_t>(number); },
      [=](const Config& config) { return config.rates.*rate; }));
}

// A listener that may be left out: empty text.
Key OptionalListenerKey(std::string_view name, std::string_view comment, std::optional<Listener> Config::*member) {
  return {"listen", name, comment,
          [=](Config& config, std::string_view text) -> Result<void> {
            config.*member = std::nullopt;
            if (!text.empty()) config.*member = CM_TRY(Listener::Parse(text));
            return {};
          },
          [=](const Config& config) { return config.*member ? (config.*member)->ToText() : std::string(); }};
}

Result<void> CheckChoice(std::string_view text, const std::vector<std::string_view>& choices) {
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return {};
  std::string all;
  for (const std::string_view choice : choices) all += (all.empty() ? "" : ", ") + std::string(choice);
  return Error{ErrorCode::kInvalidArgument, Quote(text) + " is none of " + all};
}

// A key of a few values.
Key ChoiceKey(std::string_view name, std::string_view comment, std::vector<std::string_view> choices,
              std::string Config::*member) {
  Key key = TextKey(name, comment, member);
  key.read = [=](Config& config, std::string_view text) -> Result<void> {
    CM_TRY(CheckChoice(text, choices));
    config.*member = text;
    return {};
  };
  return key;
}

// A key of [notices] whose text `check` takes, or that is empty.
Key NoticesKey(std::string_view name, std::string_view comment, std::string NoticesConfig::*member,
               std::function<Result<void>(std::string_view)> check) {
  return {"notices", name, comment,
          [=](Config& config, std::string_view text) -> Result<void> {
            if (!text.empty()) CM_TRY(check(text));
            config.notices.*member = text;
            return {};
          },
          [=](const Config& config) { return config.notices.*member; }};
}

Key NoticesPathKey(std::string_view name, std::string_view comment, std::filesystem::path NoticesConfig::*member) {
  return {"notices", name, comment,
          [=](Config& config, std::string_view text) { return config.notices.*member = text, Result<void>{}; },
          [=](const Config& config) { return (config.notices.*member).string(); }};
}

// A key of [notices] that is one of two words, each for a value of its member.
template <class T>
using Word = std::pair<std::string_view, T>;
template <class T>
Key NoticesSwitch(std::string_view name, std::string_view comment, T NoticesConfig::*member,
                  const std::array<Word<T>, 2>& words) {
  return {"notices", name, comment,
          [=](Config& config, std::string_view text) -> Result<void> {
            CM_TRY(CheckChoice(text, {words[0].first, words[1].first}));
            config.notices.*member = words[text == words[1].first].second;
            return {};
          },
          [=](const Config& config) { return std::string(words[config.notices.*member == words[1].second].first); }};
}

Result<void> CheckUser(std::string_view user) {
  constexpr std::size_t kMost = 256;
  const bool fits =
      user.size() <= kMost && std::all_of(user.begin(), user.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!fits) return Error{ErrorCode::kInvalidArgument, Quote(user) + " is no user name of printable ASCII"};
  return {};
}

// Every key there is, in the order in which ToToml writes them: those of the file's own table first.
const std::vector<Key>& Keys() {
  static const std::vector<Key> keys = {
      PathKey("directory", "The authority's directory; a relative path counts from this file's folder.",
              &Config::directory),
      TextKey("contact", "Whom to write to about this authority; shown by /.well-known/certmark.", &Config::contact),
      AtReload(ChoiceKey("log_level", "trace, debug, info, warn or error", {"trace", "debug", "info", "warn", "error"},
                         &Config::log_level)),
      ChoiceKey("log_format", "json: each line of the log is an object; or text, for people.", {"json", "text"},
                &Config::log_format),
      AtReload(PathKey("passphrase_file",
                       "A file that holds the passphrase of the keys; CERTMARK_PASSPHRASE_FILE and --passphrase-file "
                       "win over it. Empty: the credential `passphrase` of a systemd unit, if there is one.",
                       &Config::passphrase_file)),
      PathKey("anchor",
              "The anchor, by which a database put back to an old copy is noticed: put it on another disk than the "
              "database. Empty: anchor/anchor in the directory.",
              &Config::anchor),
      PathKey("witness_policy",
              "A C2SP tlog-policy file: which witnesses cosign checkpoints, and how many must before one is shown. "
              "Empty: none is asked.",
              &Config::witness_policy),
      PathKey("key_backups",
              "A directory, by its absolute path, to which the keys of documents are copied once a day; a copy is "
              "deleted as soon as a scheme says. Put it on another disk, where no copy of documents/ is. Empty: none "
              "is made.",
              &Config::key_backups),
      NumberKey(
          "", "publish_interval_ms", "The least time between two checkpoints. 0: each batch has one at once.",
          kAnHourInMs,
          [](Config& config, std::uint64_t number) { config.publish_interval = std::chrono::milliseconds(number); },
          [](const Config& config) { return static_cast<std::uint64_t>(config.publish_interval.count()); }),
      AtReload(NumberKey(
          "", "complaint_interval_ms",
          "How long somebody who has complained 20 times waits for the next one, by network. 0: no limit, for a proxy.",
          kAnHourInMs,
          [](Config& config, std::uint64_t number) {
            config.rates.complaint_interval = std::chrono::milliseconds(number);
          },
          [](const Config& config) { return static_cast<std::uint64_t>(config.rates.complaint_interval.count()); })),
      RateKey("anybody_per_second",
              "Calls that one network may keep up, an IPv4 address or the /48 of an IPv6 one; here and below four "
              "seconds of them at once, and 0 is no limit: behind a proxy all have one address, and it has to limit "
              "them itself.",
              &CallRates::anybody),
      RateKey("operators_per_second", "Calls that one operator may keep up.", &CallRates::operators),
      RateKey("evaluators_per_second", "Likewise one laboratory, or one auditor.", &CallRates::evaluators),
      RateKey("staff_per_second", "Likewise one person of the authority, registrars included.", &CallRates::staff),
      RateKey("relying_parties_per_second", "Likewise one store, or one search engine.", &CallRates::relying_parties),
      ListenerKey("public_grpc", "gRPC for everybody, without client certificates.", &Config::public_grpc),
      ListenerKey("party_grpc", "gRPC for enrolled parties, by client certificate.", &Config::party_grpc),
      ListenerKey("public_http", "HTTPS for everybody: register, status, log.", &Config::public_http),
      ListenerKey("party_http", "HTTPS for enrolled parties, by client certificate.", &Config::party_http),
      ListenerKey("operations",
                  "HTTP for the machine's keeper: /healthz, /readyz, /metrics, and POST /backup. Keep it on loopback.",
                  &Config::operations),
      OptionalListenerKey("public_http_plain",
                          "The public site again, without TLS, for a proxy that has its own; bind it to loopback. "
                          "Empty: none.",
                          &Config::public_http_plain),
      NoticesKey("smtp",
                 "The relay that carries mail: smtp://relay.example:587, or smtps://relay.example:465. Empty: no mail.",
                 &NoticesConfig::smtp, CheckRelay),
      NoticesKey("smtp_from", "Whose mail it is: desk@ca.example; there it comes back to, too.",
                 &NoticesConfig::smtp_from, CheckMailAddress),
      NoticesKey("smtp_user", "As whom the relay lets us in. Empty: it asks for nobody.", &NoticesConfig::smtp_user,
                 CheckUser),
      NoticesPathKey("smtp_password_file",
                     "A file that holds that user's password, its only line, and that nobody else may read. A systemd "
                     "unit's credential is one: /run/credentials/certmarkd.service/NAME.",
                     &NoticesConfig::smtp_password_file),
      NoticesSwitch<MailerOptions::Tls>(
          "smtp_tls",
          "required: nothing is said to a relay that does not show whose it is by TLS, from the start or after "
          "STARTTLS. none: in the clear, and without a password; for a relay on this machine.",
          &NoticesConfig::smtp_tls,
          {{{"required", MailerOptions::Tls::kRequired}, {"none", MailerOptions::Tls::kNone}}}),
      NoticesPathKey("smtp_ca", "A PEM file of the CAs that the relay is believed by. Empty: the system's.",
                     &NoticesConfig::smtp_ca),
      NoticesSwitch<bool>("private_targets",
                          "Whether parties may have events and notices sent into networks of our own, this machine's "
                          "services among them: true or false.",
                          &NoticesConfig::private_targets, {{{"false", false}, {"true", true}}}),
      NoticesPathKey("targets_ca", "A PEM file of the CAs that their servers are believed by. Empty: the system's.",
                     &NoticesConfig::targets_ca),
  };
  return keys;
}

std::string FullName(std::string_view table, std::string_view name) {
  return table.empty() ? std::string(name) : std::string(table) + "." + std::string(name);
}

const Key* FindKey(std::string_view table, std::string_view name) {
  const auto found = std::find_if(Keys().begin(), Keys().end(),
                                  [&](const Key& key) { return key.table == table && key.name == name; });
  return found == Keys().end() ? nullptr : &*found;
}

bool IsTable(std::string_view name) {
  return std::any_of(Keys().begin(), Keys().end(), [&](const Key& key) { return !name.empty() && key.table == name; });
}

Result<void> ReadKey(std::string_view table_name, std::string_view key_name, const toml::node& node, Config& config) {
  const std::string name = FullName(table_name, key_name);
  const Key* key = FindKey(table_name, key_name);
  if (!key) return Error{ErrorCode::kInvalidArgument, "unknown key " + Quote(name)};
  const auto text = node.value_exact<std::string>();
  if (!text) return Error{ErrorCode::kInvalidArgument, name + " is not a string"};
  auto read = key->read(config, *text);
  if (!read) return Error{read.error().code, name + ": " + read.error().message};
  return {};
}

// Reads all that can be read, and adds to `mistakes` what cannot.
void ReadTable(const toml::table& table, std::string_view table_name, Config& config, std::vector<Error>& mistakes) {
  for (const auto& [toml_key, node] : table) {
    const std::string_view name = toml_key.str();
    if (table_name.empty() && IsTable(name)) {
      if (node.is_table()) {
        ReadTable(*node.as_table(), name, config, mistakes);
      } else {
        mistakes.push_back({ErrorCode::kInvalidArgument, std::string(name) + " is not a table"});
      }
      continue;
    }
    const auto read = ReadKey(table_name, name, node, config);
    if (!read) mistakes.push_back(read.error());
  }
}

std::string TomlString(const std::string& text) {
  std::ostringstream out;
  out << toml::toml_formatter{toml::value<std::string>{text}, toml::format_flags::none};
  return out.str();
}

// What a file comes to, with everything that is wrong in it.
struct ReadConfig {
  Config config;
  std::vector<Error> mistakes;
};

ReadConfig ParseConfig(const std::string& text) {
  ReadConfig read;
  const auto table = ParseToml(text);
  if (!table) {
    read.mistakes.push_back(table.error());
  } else {
    ReadTable(*table, "", read.config, read.mistakes);
  }
  return read;
}

// A relative path in the file means the same wherever the daemon is started from.
void ResolvePaths(Config& config, const std::filesystem::path& folder) {
  config.directory = (folder / config.directory).lexically_normal();
  for (std::filesystem::path* optional :
       {&config.passphrase_file, &config.anchor, &config.witness_policy, &config.notices.smtp_password_file,
        &config.notices.smtp_ca, &config.notices.targets_ca}) {
    if (!optional->empty()) *optional = (folder / *optional).lexically_normal();
  }
}

// A place for key backups that is none may be in a file whose other keys are good.
void CheckKeyBackups(ReadConfig& read) {
  if (read.config.key_backups.empty()) return;
  const auto fit = ca::CheckKeyBackupPlace(FilesOf(read.config), read.config.key_backups);
  if (!fit) read.mistakes.push_back(fit.error());
}

// Errors name the file.
Result<ReadConfig> ReadFile(const std::filesystem::path& file) {
  const auto text = CM_TRY(ledger::ReadSmallFile(file, Config::kMaxBytes));
  if (!text) return Error{ErrorCode::kNotFound, "no configuration file " + file.string()};
  ReadConfig read = ParseConfig(*text);
  ResolvePaths(read.config, std::filesystem::absolute(file).parent_path());
  CheckKeyBackups(read);
  for (Error& mistake : read.mistakes) mistake.message = file.string() + ": " + mistake.message;
  return read;
}

// One directory may have many names: `a/`, `a/.`, a link to it.
bool AreTheSame(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code error;
  return std::filesystem::weakly_canonical(a / "", error) == std::filesystem::weakly_canonical(b / "", error) && !error;
}

}  // namespace

Result<Listener> Listener::Parse(std::string_view text) {
  const auto refuse = [&](std::string_view why) {
    return Error{ErrorCode::kInvalidArgument, Quote(text) + " " + std::string(why)};
  };
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return refuse("is not address:port");
  std::string address(text.substr(0, colon));
  const bool bracketed = address.size() >= 2 && address.front() == '[' && address.back() == ']';
  if (bracketed) address = address.substr(1, address.size() - 2);
  if (!IsIpAddress(bracketed ? AF_INET6 : AF_INET, address)) return refuse("does not begin with an IP address");
  const auto port = ParseDecimal(text.substr(colon + 1), 65535);
  if (!port) return refuse("does not end in a port");
  return Listener{std::move(address), static_cast<std::uint16_t>(*port)};
}

std::string Listener::ToText() const {
  const bool version_6 = address.find(':') != address.npos;
  return (version_6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

Result<Config> Config::Load(const std::filesystem::path& file) {
  ReadConfig read = CM_TRY(ReadFile(file));
  if (!read.mistakes.empty()) return std::move(read.mistakes.front());
  return std::move(read.config);
}

std::vector<std::string> Config::Mistakes(const std::filesystem::path& file) {
  const auto read = ReadFile(file);
  if (!read) return {read.error().message};
  std::vector<std::string> lines;
  for (const Error& mistake : read->mistakes) lines.push_back(mistake.message);
  return lines;
}

std::vector<std::string> Config::NeedStart(const Config& next) const {
  std::vector<std::string> names;
  for (const Key& key : Keys()) {
    const bool differs = key.write(*this) != key.write(next);
    if (differs && key.taken == Taken::kAtStart) names.push_back(FullName(key.table, key.name));
  }
  return names;
}

Result<Config> Config::LoadFor(const std::filesystem::path& directory, const std::filesystem::path& file) {
  const auto named = std::filesystem::absolute(directory).lexically_normal();
  const auto source = file.empty() ? ca::AuthorityFiles(named).config() : file;
  auto config = Load(source);
  if (!config && (config.error().code != ErrorCode::kNotFound || !file.empty())) return config.error();
  if (!config)
    config = Config();
  else if (!AreTheSame(config->directory, named)) {
    return Error{ErrorCode::kInvalidArgument,
                 source.string() + ": directory is " + config->directory.string() + ", not " + named.string()};
  }
  config->directory = named;
  return config;
}

ca::AuthorityFiles FilesOf(const Config& config) {
  return ca::AuthorityFiles(config.directory, config.anchor);
}

std::string Config::ToToml() const {
  std::string out = "# Configuration of certmarkd.\n";
  std::string_view table;
  for (const Key& key : Keys()) {
    if (key.table != table) out += "\n[" + std::string(table = key.table) + "]\n";
    out +=
        "\n# " + std::string(key.comment) + "\n" + std::string(key.name) + " = " + TomlString(key.write(*this)) + "\n";
  }
  return out;
}

}  // namespace certmark::api
