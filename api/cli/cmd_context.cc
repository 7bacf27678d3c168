// context: sets of settings by name, and what holds now.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/contexts.h"
#include "api/cli/exit.h"
#include "verifier-sdk/core/json.h"

namespace certmark::cli {
namespace {

namespace fs = std::filesystem;

struct NoArguments {};
void DeclareNothing(CLI::App&, NoArguments&) {}

struct NameArguments {
  std::string name;
  bool none = false;
};
void DeclareName(CLI::App& verb, NameArguments& a) {
  Hold(verb.add_option("NAME", a.name, "The context"), ContextForm())->required();
}

void WriteTexts(json::Writer& w, const SettingTexts& texts) {
  for (const SettingRow& row : SettingTable()) {
    const std::string& text = TextOf(texts, row.setting);
    if (!text.empty()) w.Member(row.key, text);
  }
}

void WriteContext(json::Writer& w, const NamedContext& context) {
  w.Object([&] {
    w.Member("name", context.name);
    WriteTexts(w, context.texts);
  });
}

void ShowContext(Console& console, const NamedContext& context) {
  console.Line(context.name);
  for (const SettingRow& row : SettingTable()) console.Field(row.key, TextOf(context.texts, row.setting));
  json::Writer w;
  WriteContext(w, context);
  console.Object(w.Take());
}

// ---- context add

// Absolute: a context means the same wherever it is used from.
SettingTexts Lasting(const SettingTexts& flags) {
  SettingTexts texts = flags;
  for (const SettingRow& row : SettingTable()) {
    std::string& text = TextOf(texts, row.setting);
    if (row.is_path && !text.empty()) text = fs::absolute(text).lexically_normal().string();
  }
  return texts;
}

std::string Flags() {
  std::string flags;
  for (const SettingRow& row : SettingTable()) flags += (flags.empty() ? " " : ", ") + std::string(row.flag);
  return flags;
}

Result<Exit> RunAdd(Context& context, const NameArguments& a) {
  const NamedContext added{a.name, Lasting(context.globals().told.flags)};
  if (added.texts == SettingTexts())
    return Unfit("of what? Give --home DIR, or others of the flags that a context keeps");
  const fs::path& file = context.settings().contexts_file();
  Contexts contexts = CM_TRY(Contexts::Load(file));
  CM_TRY(contexts.Add(added));
  CM_TRY(contexts.Save(file));
  ShowContext(context.console(), added);
  context.console().Line("Added to " + file.string() + "; `certmark context use " + a.name + "` puts it to use.");
  return Exit::kOk;
}

// ---- context list

Result<Exit> RunList(Context& context, const NoArguments&) {
  const fs::path& file = context.settings().contexts_file();
  const Contexts contexts = CM_TRY(Contexts::Load(file));
  Table table({{""}, {"NAME"}, Cuttable("AUTHORITY"), Cuttable("HOME")});
  for (const NamedContext& each : contexts.all()) {
    table.Row({each.name == contexts.in_use() ? "*" : "", each.name, TextOf(each.texts, Setting::kAuthority),
               TextOf(each.texts, Setting::kHome)});
  }
  context.console().List(table);
  json::Writer w;
  w.Object([&] {
    w.Member("use", contexts.in_use());
    w.Key("contexts").Array([&] {
      for (const NamedContext& each : contexts.all()) WriteContext(w, each);
    });
  });
  context.console().Object(w.Take());
  if (contexts.all().empty()) {
    context.console().Line("There is no context yet: `certmark context add NAME --home DIR`.");
  } else if (contexts.in_use().empty()) {
    context.console().Line("None is in use: `certmark context use NAME`, or --context NAME for one command.");
  } else {
    context.console().Line(contexts.in_use() + " is in use; --context NAME takes another for one command.");
  }
  return Exit::kOk;
}

// ---- context show

// Known is a setting as it is here: as it was said, or else as it comes of the home.
struct Known {
  std::string text, from;
};
Known KnownOf(const Context& context, Setting setting, const Endpoints& known) {
  const Home& home = context.home();
  const Settings& settings = context.settings();
  if (!settings.from(setting).empty()) return {settings.text(setting), settings.from(setting)};
  const std::string endpoints = known.authority.empty() ? "" : home.endpoints().string();
  switch (setting) {
    case Setting::kHome:
      return {home.root().string(), "default"};
    case Setting::kAuthority:
      return {known.authority, endpoints};
    case Setting::kPublicAddress:
      return {known.public_address, endpoints};
    case Setting::kPartyAddress:
      return {known.party_address, endpoints};
    case Setting::kTrustStore:
      return {home.trust_directory().string(), "the home"};
    case Setting::kCertificate:
      return {home.certificate().string(), "the home"};
    case Setting::kKey:
      return {home.key().string(), "the home"};
    case Setting::kPassphraseFile:
      return {};
  }
  Die("no such setting");
}

// What is known of another authority than the one that is asked says nothing of that one.
Endpoints EndpointsOfHome(const Context& context) {
  const std::string& authority = context.settings().text(Setting::kAuthority);
  const auto known = context.home().LoadEndpoints();
  if (!known || (!authority.empty() && authority != known->authority)) return {};
  return *known;
}

Result<Exit> RunShow(Context& context, const NameArguments& a) {
  if (!a.name.empty()) {
    const Contexts contexts = CM_TRY(Contexts::Load(context.settings().contexts_file()));
    const NamedContext* found = contexts.Find(a.name);
    if (!found) return Error{ErrorCode::kNotFound, "no context " + a.name};
    ShowContext(context.console(), *found);
    context.console().Line(a.name + (contexts.in_use() == a.name ? " is in use." : " is not in use."));
    return Exit::kOk;
  }
  const Endpoints endpoints = EndpointsOfHome(context);
  const std::string& taken = context.settings().context();
  Table table({{"SETTING"}, Cuttable("VALUE"), Cuttable("FROM")});
  json::Writer w;
  w.Object([&] {
    w.Member("context", taken);
    w.Key("settings").Array([&] {
      for (const SettingRow& row : SettingTable()) {
        const Known known = KnownOf(context, row.setting, endpoints);
        table.Row({row.key, known.text.empty() ? "-" : known.text, known.from});
        w.Object([&] {
          w.Member("setting", row.key);
          w.Member("value", known.text);
          w.Member("from", known.from);
        });
      }
    });
  });
  context.console().List(table);
  context.console().Object(w.Take());
  context.console().Line(taken.empty() ? "No context is taken: this is what flags, the environment and the home say."
                                       : "Context " + taken + " is taken; a flag or a variable goes before it.");
  return Exit::kOk;
}

// ---- context use, remove

void DeclareUse(CLI::App& verb, NameArguments& a) {
  auto* name = Hold(verb.add_option("NAME", a.name, "The context"), ContextForm());
  verb.add_flag("--none", a.none, "Use none")->excludes(name);
}

Result<Exit> RunUse(Context& context, const NameArguments& a) {
  if (a.name.empty() && !a.none) return Unfit("which? NAME, or --none");
  const fs::path& file = context.settings().contexts_file();
  Contexts contexts = CM_TRY(Contexts::Load(file));
  CM_TRY(contexts.Use(a.name));
  CM_TRY(contexts.Save(file));
  json::Writer w;
  w.Object([&] { w.Member("use", a.name); });
  context.console().Object(w.Take());
  context.console().Line(a.none ? "No context is in use from now on."
                                : a.name + " is in use from now on, where no other context and no home is named.");
  return Exit::kOk;
}

Result<Exit> RunRemove(Context& context, const NameArguments& a) {
  const fs::path& file = context.settings().contexts_file();
  Contexts contexts = CM_TRY(Contexts::Load(file));
  const bool was_in_use = contexts.in_use() == a.name;
  CM_TRY(contexts.Remove(a.name));
  CM_TRY(contexts.Save(file));
  json::Writer w;
  w.Object([&] { w.Member("removed", a.name); });
  context.console().Object(w.Take());
  context.console().Line("Removed " + a.name + (was_in_use ? ", which was in use: none is now." : ".") +
                         " What it named is as it was.");
  return Exit::kOk;
}

}  // namespace

void AddContext(CLI::App& app, Action& chosen) {
  CLI::App* context = app.add_subcommand("context", "Several homes or authorities: what each command goes by, by name");
  context->require_subcommand(1);
  context->group("Everybody");
  context->footer(
      "A flag goes before a variable of the environment, and that before the context.\n"
      "Example:\n  certmark context add lab --home ~/lab --passphrase-file ~/lab/passphrase\n"
      "  certmark context use lab");
  Verb<NameArguments>(*context, "add", ("Name the settings that are given as flags:" + Flags() + ".").c_str(),
                      "certmark context add lab --home ~/lab --passphrase-file ~/lab/passphrase", DeclareName, RunAdd,
                      chosen);
  Verb<NoArguments>(*context, "list", "List the contexts.", "certmark context list", DeclareNothing, RunList, chosen);
  Verb<NameArguments>(
      *context, "show", "Show what commands go by now, and who said so; or what a context says.",
      "certmark context show\n  certmark context show lab",
      [](CLI::App& verb, NameArguments& a) { Hold(verb.add_option("NAME", a.name, "The context"), ContextForm()); },
      RunShow, chosen);
  Verb<NameArguments>(*context, "use", "Put a context to use wherever none is named.", "certmark context use lab",
                      DeclareUse, RunUse, chosen);
  Verb<NameArguments>(*context, "remove", "Forget a context. Its home and its files stay.",
                      "certmark context remove lab", DeclareName, RunRemove, chosen);
}

}  // namespace certmark::cli
