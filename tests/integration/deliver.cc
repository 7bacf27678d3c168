// deliver [--private] [--ca FILE] [--timeout MS] [--relay URL] [--from ADDRESS] [--user NAME --password-file FILE]
//         [--no-tls]
// carries what is said to it, a line of tab-separated words each, and answers each line by what became of it: a word of
// Outcome, a tab, and why. For tests/integration/webhooks_taken.py and mail_taken.py.
//
//   event    URL  JWS
//   notice   URL  ID  TIME  SECRET  BODY-BASE64
//   mail     TO   SUBJECT-BASE64  TEXT-BASE64  ID  TIME
#include <cstdio>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "api/mailer.h"
#include "api/passphrase.h"
#include "api/webhook.h"
#include "verifier-sdk/core/bytes.h"

namespace certmark::api {
namespace {

using Words = std::vector<std::string>;
using Arguments = std::map<std::string, std::string>;

Words Split(const std::string& line) {
  Words words;
  std::size_t begin = 0;
  for (std::size_t tab; (tab = line.find('\t', begin)) != line.npos; begin = tab + 1) {
    words.push_back(line.substr(begin, tab - begin));
  }
  words.push_back(line.substr(begin));
  return words;
}

std::string Decoded(const std::string& base64) {
  return std::string(AsText(Base64Decode(base64).value()));
}

Time TimeIn(const std::string& word) {
  return FromEpoch(std::stoll(word));
}

std::chrono::milliseconds Timeout(const Arguments& arguments) {
  return std::chrono::milliseconds(std::stol(arguments.at("--timeout")));
}

std::unique_ptr<Webhook> MakeWebhook(const Arguments& arguments) {
  WebhookOptions options;
  options.private_addresses = arguments.contains("--private");
  options.ca_file = arguments.at("--ca");
  options.timeout = Timeout(arguments);
  return Webhook::Create(std::move(options)).value();
}

std::unique_ptr<Mailer> MakeMailer(const Arguments& arguments) {
  MailerOptions options;
  options.relay = arguments.at("--relay");
  options.from = arguments.at("--from");
  options.user = arguments.at("--user");
  options.ca_file = arguments.at("--ca");
  options.timeout = Timeout(arguments);
  if (!options.user.empty()) options.password = ReadSecretLine(arguments.at("--password-file"), "password").value();
  if (arguments.contains("--no-tls")) options.tls = MailerOptions::Tls::kNone;
  return Mailer::Create(std::move(options)).value();
}

// Each is made when it is first asked for, and kept.
struct Carriers {
  Arguments arguments;
  std::unique_ptr<Webhook> webhook;
  std::unique_ptr<Mailer> mailer;

  Attempt Carry(const Words& words) {
    if (words.at(0) == "mail") {
      if (!mailer) mailer = MakeMailer(arguments);
      return mailer->Send({.to = words.at(1),
                           .subject = Decoded(words.at(2)),
                           .text = Decoded(words.at(3)),
                           .id = words.at(4),
                           .at = TimeIn(words.at(5))});
    }
    if (!webhook) webhook = MakeWebhook(arguments);
    if (words.at(0) == "event") return webhook->PushEvent(words.at(1), words.at(2));
    const ca::Secret secret(words.at(4));
    const std::string body = Decoded(words.at(5));
    return webhook->PushNotice(words.at(1),
                               {.id = words.at(2), .body = body, .at = TimeIn(words.at(3)), .secret = secret});
  }
};

const char* Word(Outcome outcome) {
  switch (outcome) {
    case Outcome::kTaken:
      return "taken";
    case Outcome::kNotNow:
      return "not-now";
    case Outcome::kRefused:
      return "refused";
    case Outcome::kGone:
      return "gone";
  }
  return "";
}

Arguments Read(int argc, char** argv) {
  Arguments arguments = {{"--ca", ""},   {"--timeout", "10000"}, {"--relay", ""},
                         {"--from", ""}, {"--user", ""},         {"--password-file", ""}};
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    const bool is_flag = name == "--private" || name == "--no-tls";
    arguments[name] = is_flag || i + 1 == argc ? "" : argv[++i];
  }
  return arguments;
}

}  // namespace
}  // namespace certmark::api

int main(int argc, char** argv) {
  using namespace certmark::api;
  Carriers carriers{Read(argc, argv), nullptr, nullptr};
  for (std::string line; std::getline(std::cin, line);) {
    const Attempt attempt = carriers.Carry(Split(line));
    std::printf("%s\t%s\n", Word(attempt.outcome), attempt.why.c_str());
    std::fflush(stdout);
  }
  return 0;
}
