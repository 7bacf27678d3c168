#include "api/mailer.h"

#include <gtest/gtest.h>

#include "api/mail_address.h"
#include "verifier-sdk/core/bytes.h"

namespace certmark::api {
namespace {

const Time kAt = ParseDateTime("2026-11-03T00:00:07Z").value();

Mail SomeMail() {
  return {.to = "operator@app.example", .subject = "A finding", .text = "Read it.\n", .id = "notice-1", .at = kAt};
}

std::string Written(const Mail& mail) {
  return WriteMail(mail, "desk@ca.example").value();
}

TEST(MailAddress, IsOfTheUsualForm) {
  for (const std::string& address : {std::string("a@b.example"), std::string("desk.of.certification@ca.example"),
                                     std::string("o'brien+apps@a-b.example"), std::string(64, 'a') + "@b.example",
                                     std::string("a@") + std::string(63, 'b') + ".example"}) {
    EXPECT_TRUE(CheckMailAddress(address)) << address;
  }
}

TEST(MailAddress, LeadsNoRelayAnywhereElse) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view address : {""sv,
                                         "@"sv,
                                         "a"sv,
                                         "a@"sv,
                                         "@b.example"sv,
                                         "a@b"sv,
                                         "root@localhost"sv,
                                         "a@b.example."sv,
                                         "a@.example"sv,
                                         "a@b..example"sv,
                                         "a@-b.example"sv,
                                         "a@b-.example"sv,
                                         ".a@b.example"sv,
                                         "a.@b.example"sv,
                                         "a..b@c.example"sv,
                                         "-a@b.example"sv,
                                         "a b@c.example"sv,
                                         "a@b.example,c@d.example"sv,
                                         "a@b.example c@d.example"sv,
                                         "a@b@c.example"sv,
                                         "<a@b.example>"sv,
                                         "a@b.example>"sv,
                                         "\"a b\"@c.example"sv,
                                         "a(b)@c.example"sv,
                                         "a@[192.0.2.1]"sv,
                                         "a@b.example\r\nBcc: c@d.example"sv,
                                         "a@b.example\n"sv,
                                         "a\0@b.example"sv,
                                         "a@b.exa\0mple"sv,
                                         "a%c.example@b.example"sv,
                                         "c.example!a@b.example"sv,
                                         "/etc/passwd@b.example"sv,
                                         "|sh@b.example"sv,
                                         "`id`@b.example"sv,
                                         "$HOME@b.example"sv,
                                         "a\\b@c.example"sv,
                                         "\xe4\xb8\xad@b.example"sv,
                                         "a@\xe4\xb8\xad.example"sv,
                                         "a:b@c.example"sv,
                                         "a;b@c.example"sv}) {
    const auto fit = CheckMailAddress(address);
    ASSERT_FALSE(fit) << address;
    EXPECT_EQ(fit.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(fit.error().message.find("example"), std::string::npos) << "an error tells no address further";
  }
}

TEST(MailAddress, IsNoLongerThanAPathOfSmtp) {
  EXPECT_FALSE(CheckMailAddress(std::string(65, 'a') + "@b.example"));
  EXPECT_FALSE(CheckMailAddress("a@" + std::string(64, 'b') + ".example"));
  std::string domain = "d.example";
  while (domain.size() < 254 - 2) domain = (domain.size() % 2 == 0 ? "aa." : "a.") + domain;
  while (domain.size() > 254 - 2) domain.erase(0, 1);
  if (domain.front() == '.') domain.front() = 'a';
  EXPECT_TRUE(CheckMailAddress("a@" + domain)) << domain;
  EXPECT_FALSE(CheckMailAddress("aa@" + domain));
}

TEST(MailMessage, IsWrittenAsItsRulesSay) {
  EXPECT_EQ(Written(SomeMail()),
            "Date: Tue, 03 Nov 2026 00:00:07 +0000\r\n"
            "From: desk@ca.example\r\n"
            "To: operator@app.example\r\n"
            "Message-ID: <notice-1@ca.example>\r\n"
            "Subject: A finding\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "Content-Transfer-Encoding: base64\r\n"
            "\r\n" +
                Base64Encode(AsBytes("Read it.\r\n")) + "\r\n");
}

TEST(MailMessage, CarriesWhatIsNotPlainAsEncodedWordsThatBreakNoCharacter) {
  Mail mail = SomeMail();
  mail.subject.clear();
  for (int i = 0; i < 40; ++i) mail.subject += "认证x";
  const std::string message = Written(mail);
  const std::size_t begin = message.find("Subject: ") + 9, end = message.find("\r\nAuto-Submitted");
  std::string words = message.substr(begin, end - begin), decoded;
  while (!words.empty()) {
    const std::size_t close = words.find("?=");
    ASSERT_TRUE(words.starts_with("=?UTF-8?B?")) << words;
    ASSERT_LE(close + 2, 75u) << "RFC 2047 section 2";
    const std::string word(AsText(Base64Decode(words.substr(10, close - 10)).value()));
    EXPECT_NE(static_cast<unsigned char>(word[0]) & 0xc0, 0x80) << "a word begins with a character";
    decoded += word;
    words.erase(0, close + 2);
    if (!words.empty()) words.erase(0, 3);  // CR LF and a space
  }
  EXPECT_EQ(decoded, mail.subject);
  mail.subject = "=?UTF-8?B?QQ==?=";
  EXPECT_EQ(Written(mail).find("Subject: =?UTF-8?B?QQ=="), std::string::npos) << "what looks encoded is text";
}

TEST(MailMessage, IsOfShortLinesWhateverItCarries) {
  Mail mail = SomeMail();
  mail.subject = std::string(400, 's');
  mail.text = std::string(10'000, 'x') + "\n.\n中文\n";
  const std::string message = Written(mail);
  for (std::size_t at = 0, end; (end = message.find("\r\n", at)) != message.npos; at = end + 2) {
    EXPECT_LE(end - at, 76u);
    EXPECT_NE(message[at], '.');
    for (const char c : message.substr(at, end - at)) ASSERT_TRUE(c >= ' ' && c <= '~');
  }
  EXPECT_TRUE(message.ends_with("\r\n"));
}

TEST(MailMessage, IsNotWrittenOfWhatWouldReachItsHeaders) {
  const struct {
    const char* mutation;
    void (*mutate)(Mail&);
  } kRows[] = {
      {"two recipients", [](Mail& mail) { mail.to = "a@b.example,c@d.example"; }},
      {"a header in the recipient", [](Mail& mail) { mail.to += "\r\nBcc: c@d.example"; }},
      {"a header in the subject", [](Mail& mail) { mail.subject = "A\r\nBcc: c@d.example"; }},
      {"a line end in the subject", [](Mail& mail) { mail.subject = "认证\n"; }},
      {"no subject", [](Mail& mail) { mail.subject.clear(); }},
      {"a subject too long", [](Mail& mail) { mail.subject = std::string(401, 's'); }},
      {"a subject that is no text", [](Mail& mail) { mail.subject = "\xff"; }},
      {"a text that is none", [](Mail& mail) { mail.text = "\xe4\xb8"; }},
      {"a zero in the text", [](Mail& mail) { mail.text = std::string("a\0b", 3); }},
      {"a text too long", [](Mail& mail) { mail.text = std::string(64 * 1024 + 1, 'x'); }},
      {"no id", [](Mail& mail) { mail.id.clear(); }},
      {"a header in the id", [](Mail& mail) { mail.id = "a>\r\nBcc: c@d.example"; }},
      {"an id that begins with a full stop", [](Mail& mail) { mail.id = ".a"; }},
  };
  const auto mailer = Mailer::Create({.relay = "smtp://127.0.0.1:1", .from = "desk@ca.example", .user = {}}).value();
  for (const auto& row : kRows) {
    Mail mail = SomeMail();
    row.mutate(mail);
    EXPECT_FALSE(WriteMail(mail, "desk@ca.example")) << row.mutation;
    EXPECT_EQ(mailer->Send(mail).outcome, Outcome::kRefused) << row.mutation;
  }
  EXPECT_FALSE(WriteMail(SomeMail(), "desk@ca.example\r\nBcc: c@d.example"));
}

TEST(Relay, IsAHostAndAPort) {
  for (const char* url :
       {"smtp://relay.example", "smtp://relay.example:587", "smtps://127.0.0.1:465/", "smtp://[::1]:25"}) {
    EXPECT_TRUE(CheckRelay(url)) << url;
  }
  for (const char* url : {"", "relay.example:587", "http://relay.example", "smtp://word@relay.example",
                          "smtp://a:word@relay.example", "smtp://relay.example/word", "smtp://relay.example?word",
                          "smtp://relay.example#word", "smtp://relay.example:0", "smtp://"}) {
    const auto fit = CheckRelay(url);
    ASSERT_FALSE(fit) << url;
    EXPECT_EQ(fit.error().message.find("word"), std::string::npos) << "an error tells no URL further";
  }
}

TEST(Mailer, IsNotMadeOfWhatWouldNotWorkOrShowItsPassword) {
  const auto make = [](std::string relay, std::string from, std::string user, std::string_view password,
                       MailerOptions::Tls tls = MailerOptions::Tls::kRequired) {
    MailerOptions options;
    options.relay = std::move(relay);
    options.from = std::move(from);
    options.user = std::move(user);
    options.password = ca::Secret(password);
    options.tls = tls;
    return Mailer::Create(std::move(options)).has_value();
  };
  EXPECT_TRUE(make("smtp://relay.example", "desk@ca.example", "desk", "word"));
  EXPECT_TRUE(make("smtp://relay.example", "desk@ca.example", "", "", MailerOptions::Tls::kNone));
  EXPECT_FALSE(make("http://relay.example", "desk@ca.example", "desk", "word"));
  EXPECT_FALSE(make("smtp://relay.example", "desk", "desk", "word"));
  EXPECT_FALSE(make("smtp://relay.example", "desk@ca.example", "desk", ""));
  EXPECT_FALSE(make("smtp://relay.example", "desk@ca.example", "", "word"));
  EXPECT_FALSE(make("smtp://relay.example", "desk@ca.example", "desk", "word", MailerOptions::Tls::kNone));
}

TEST(Mailer, CarriesNothingOnceItIsCancelled) {
  const auto mailer = Mailer::Create({.relay = "smtp://127.0.0.1:1", .from = "desk@ca.example", .user = {}}).value();
  mailer->Cancel();
  const Attempt attempt = mailer->Send(SomeMail());
  EXPECT_EQ(attempt.outcome, Outcome::kNotNow);
  EXPECT_EQ(attempt.why, "cancelled");
}

}  // namespace
}  // namespace certmark::api
