// Secret: text that is wiped when it goes, and never printed.
#pragma once

#include <string>
#include <string_view>

#include "verifier-sdk/core/result.h"

namespace certmark::ca {

/// Secret owns a passphrase. Move-only; the memory is overwritten on destruction.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text) : text_(text) {}
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  bool empty() const { return text_.empty(); }
  std::string_view Reveal() const { return text_; }

 private:
  std::string text_;
};

/// EqualSecrets compares two texts in a time that tells nothing but whether their lengths are the same.
bool EqualSecrets(std::string_view a, std::string_view b);

}  // namespace certmark::ca
