// Secret: text that is wiped when it goes, and never printed. SecretBuffer: the same for bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "verifier-sdk/core/bytes.h"

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

/// SecretBuffer owns a fixed number of bytes, zero at first. Move-only, and moved without a copy; the memory is
/// overwritten on destruction.
class SecretBuffer {
 public:
  explicit SecretBuffer(std::size_t size) : bytes_(size) {}
  SecretBuffer(SecretBuffer&& other) noexcept = default;
  SecretBuffer& operator=(SecretBuffer&& other) noexcept;
  ~SecretBuffer();

  std::size_t size() const { return bytes_.size(); }
  ByteView Reveal() const { return bytes_; }
  std::span<std::uint8_t> Room() { return bytes_; }

 private:
  Bytes bytes_;
};

/// EqualSecrets compares two texts in a time that tells nothing but whether their lengths are the same.
bool EqualSecrets(std::string_view a, std::string_view b);

}  // namespace certmark::ca
