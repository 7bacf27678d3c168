// Whatever is written to somebody, it is one letter to one reader: no member of it becomes a header, a recipient or the
// end of the letter.
#include <algorithm>
#include <array>

#include "api/mail_message.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace certmark;

constexpr std::array<std::string_view, 9> kHeaders = {
    "Date: ",         "From: ",         "To: ",
    "Message-ID: ",   "Subject: ",      "Auto-Submitted: ",
    "MIME-Version: ", "Content-Type: ", "Content-Transfer-Encoding: "};
constexpr std::size_t kLongestLine = 76, kLongestAddress = 254;

// Takes one member off the input, up to a unit separator.
std::string Take(std::string_view& input) {
  const std::string_view member = input.substr(0, input.find('\x1f'));
  input.remove_prefix(std::min(input.size(), member.size() + 1));
  return std::string(member);
}

std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find("\r\n");
  fuzz::Require(end != text.npos, "every line ends");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  fuzz::Require(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }), "it is of ASCII");
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = fuzz::Text(data, size);
  api::Mail mail;
  mail.to = Take(input);
  mail.subject = Take(input);
  mail.id = Take(input);
  mail.text = std::string(input);
  mail.at = FromEpoch(1'793'664'007);
  const auto message = api::WriteMail(mail, "desk@ca.example");
  if (!message) return 0;
  std::string_view rest = *message;
  for (const std::string_view name : kHeaders) {
    const std::string_view line = TakeLine(rest);
    fuzz::Require(line.starts_with(name), "the headers are ours, in our order");
    fuzz::Require(line.size() <= name.size() + std::max(kLongestLine, kLongestAddress), "no line is long");
    if (name == "To: ") {
      fuzz::Require(line.substr(name.size()) == mail.to, "it is to whom it is written");
      fuzz::Require(mail.to.find_first_of(" ,;:<>()[]\\\"%!/|") == mail.to.npos, "to one, by no route");
      fuzz::Require(std::count(mail.to.begin(), mail.to.end(), '@') == 1, "to one address");
    }
    while (name == "Subject: " && rest.starts_with(' ')) TakeLine(rest);
  }
  fuzz::Require(TakeLine(rest).empty(), "no further header");
  while (!rest.empty()) {
    const std::string_view line = TakeLine(rest);
    fuzz::Require(!line.empty() && line.size() <= kLongestLine && line[0] != '.', "a line of base64");
  }
  return 0;
}
