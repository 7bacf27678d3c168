#include "ca/secret.h"

#include <openssl/crypto.h>

#include <utility>

namespace certmark::ca {
namespace {

void Wipe(std::string& text) {
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace

// Copied and wiped rather than moved: moving a short string leaves its characters where they were.
Secret::Secret(Secret&& other) noexcept : text_(other.text_) {
  Wipe(other.text_);
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  Wipe(text_);
  text_ = other.text_;
  Wipe(other.text_);
  return *this;
}

Secret::~Secret() {
  Wipe(text_);
}

SecretBuffer& SecretBuffer::operator=(SecretBuffer&& other) noexcept {
  bytes_.swap(other.bytes_);
  return *this;
}

SecretBuffer::~SecretBuffer() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

bool EqualSecrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace certmark::ca
