#include "api/mail_address.h"

#include <algorithm>

namespace certmark::api {
namespace {

constexpr std::size_t kMaxAddress = 254, kMaxLocalPart = 64, kMaxLabel = 63;

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsAtom(std::string_view atom) {
  const auto fits = [](char c) {
    return IsLetterOrDigit(c) || std::string_view("_-+=&'~").find(c) != std::string_view::npos;
  };
  return !atom.empty() && std::all_of(atom.begin(), atom.end(), fits);
}

bool IsLabel(std::string_view label) {
  const auto fits = [](char c) { return IsLetterOrDigit(c) || c == '-'; };
  return !label.empty() && label.size() <= kMaxLabel && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), fits);
}

// How many parts between full stops `text` has; 0: one of them does not fit.
template <class Fits>
std::size_t CountParts(std::string_view text, Fits fits) {
  for (std::size_t count = 1;; ++count) {
    const std::size_t dot = text.find('.');
    if (!fits(text.substr(0, dot))) return 0;
    if (dot == text.npos) return count;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

Result<void> CheckMailAddress(std::string_view address) {
  const auto refuse = [](std::string_view why) {
    return Error{ErrorCode::kInvalidArgument, "the mail address " + std::string(why)};
  };
  if (address.size() > kMaxAddress) return refuse("is longer than 254 bytes");
  const std::size_t at = address.find('@');
  if (at == address.npos) return refuse("has no @");
  const std::string_view local = address.substr(0, at), domain = address.substr(at + 1);
  if (local.size() > kMaxLocalPart) return refuse("has more than 64 bytes before the @");
  if (CountParts(local, IsAtom) == 0 || local.front() == '-') return refuse("is not of its form before the @");
  if (CountParts(domain, IsLabel) < 2) return refuse("does not end in a domain");
  return {};
}

}  // namespace certmark::api
