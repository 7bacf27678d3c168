#include "api/cli/context.h"

#include "api/passphrase.h"

namespace certmark::cli {
namespace {

Home HomeOf(const Settings& settings, const Variables& variables) {
  const std::string& told = settings.text(Setting::kHome);
  return Home(HomePlaces{told.empty() ? DefaultHome(variables) : std::filesystem::path(told),
                         settings.text(Setting::kKey), settings.text(Setting::kCertificate),
                         settings.text(Setting::kTrustStore)});
}

// Fill takes from the home what nobody said.
void Fill(std::string& told, const std::string& known) {
  if (told.empty()) told = known;
}

}  // namespace

Context::Context(const Environment& environment, const Globals& globals, Settings settings)
    : environment_(environment),
      globals_(globals),
      settings_(std::move(settings)),
      console_(environment.out, environment.err),
      home_(HomeOf(settings_, environment.variables)) {
  console_.set_json(globals_.json);
  console_.set_err_is_terminal(environment.err_is_terminal);
  console_.set_columns(environment.columns);
}

Result<ca::Secret> Context::Passphrase() const {
  auto passphrase = api::ReadPassphrase(passphrase_file());
  if (passphrase) return passphrase;
  return Error{ErrorCode::kInvalidArgument, passphrase.error().message};
}

Result<Endpoints> Context::WhereToAsk(Setting needed) const {
  Endpoints told{settings_.text(Setting::kAuthority), settings_.text(Setting::kPublicAddress),
                 settings_.text(Setting::kPartyAddress)};
  const std::string& address = needed == Setting::kPartyAddress ? told.party_address : told.public_address;
  if (!told.authority.empty() && !address.empty()) return told;
  const auto known = home_.LoadEndpoints();
  if (!known && told.authority.empty()) return known.error();
  if (known && (told.authority.empty() || told.authority == known->authority)) {
    told.authority = known->authority;
    Fill(told.public_address, known->public_address);
    Fill(told.party_address, known->party_address);
  }
  if (!address.empty()) return told;
  const SettingRow& row = RowOf(needed);
  return Unfit("nobody says where " + told.authority + " listens: " + row.flag + ", " + row.variable + ", or `" +
               row.key + "` of a context");
}

}  // namespace certmark::cli
