#include "api/mail_message.h"

#include <algorithm>

#include "api/http_wire.h"
#include "api/mail_address.h"
#include "verifier-sdk/core/bytes.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark::api {
namespace {

constexpr std::size_t kMaxSubject = 400, kMaxText = 64 * 1024, kMaxId = 64;
constexpr std::size_t kPlainSubject = 67;  // with its header's name, a line of 76
constexpr std::size_t kLine = 76;          // of base64, RFC 2045 §6.8
constexpr std::size_t kWord = 39;  // bytes in an encoded word: with its frame and the name, 73 (RFC 2047 §2: 76)

Error Wrong(std::string_view what) {
  return {ErrorCode::kInvalidArgument, "the mail's " + std::string(what)};
}

bool IsControl(char c) {
  return (c >= 0 && c < ' ') || c == '\x7f';
}

bool IsId(std::string_view id) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  return !id.empty() && id.size() <= kMaxId && std::all_of(id.begin(), id.end(), fits) && id.front() != '.' &&
         id.back() != '.' && id.find("..") == id.npos;
}

Result<void> Check(const Mail& mail) {
  CM_TRY(CheckMailAddress(mail.to));
  if (mail.subject.empty() || mail.subject.size() > kMaxSubject) return Wrong("subject is not of 1 to 400 bytes");
  if (!IsUtf8(mail.subject) || std::any_of(mail.subject.begin(), mail.subject.end(), IsControl)) {
    return Wrong("subject is not one line of text");
  }
  if (mail.text.size() > kMaxText) return Wrong("text is longer than 64 KiB");
  if (!IsUtf8(mail.text) || mail.text.find('\0') != mail.text.npos) return Wrong("text is no text");
  if (!IsId(mail.id)) return Wrong("id is not of its form");
  return {};
}

// Where the first encoded word of `text` ends: before a character, never in one.
std::size_t WordEnd(std::string_view text) {
  std::size_t end = std::min(kWord, text.size());
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return end;
}

std::string Subject(std::string_view text) {
  const bool plain = text.size() <= kPlainSubject && text.find("=?") == text.npos && text.front() != ' ' &&
                     text.back() != ' ' &&
                     std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (plain) return std::string(text);
  std::string words;
  while (!text.empty()) {
    const std::size_t end = WordEnd(text);
    words += (words.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + Base64Encode(AsBytes(text.substr(0, end))) + "?=";
    text.remove_prefix(end);
  }
  return words;
}

// Text has the line ends of mail before it is encoded (RFC 2045 §6.8).
std::string Encoded(std::string_view text) {
  std::string lines;
  for (const char c : text) lines += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const std::string base64 = Base64Encode(AsBytes(lines));
  std::string out;
  for (std::size_t at = 0; at < base64.size(); at += kLine) out += base64.substr(at, kLine) + "\r\n";
  return out;
}

// The date of HTTP is that of mail, but for the zone, which mail no longer writes by name (RFC 5322 §4.3).
std::string MailDate(Time at) {
  const std::string date = HttpDate(ToEpoch(at));
  return date.substr(0, date.size() - std::string_view("GMT").size()) + "+0000";
}

}  // namespace

Result<std::string> WriteMail(const Mail& mail, std::string_view from) {
  CM_TRY(CheckMailAddress(from));
  CM_TRY(Check(mail));
  const std::string sender(from);
  return "Date: " + MailDate(mail.at) + "\r\nFrom: " + sender + "\r\nTo: " + mail.to + "\r\nMessage-ID: <" + mail.id +
         sender.substr(sender.find('@')) + ">\r\nSubject: " + Subject(mail.subject) +
         "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
         "Content-Transfer-Encoding: base64\r\n\r\n" +
         Encoded(mail.text);
}

}  // namespace certmark::api
