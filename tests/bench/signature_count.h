// SignatureCount: how many signatures this process has made and verified. OpenSSL's functions are named again in this
// program, count, and call OpenSSL's own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace certmark::bench {

/// Primitive is what is done with which kind of key.
struct Primitive {
  enum class Key : std::uint8_t { kP256, kP384, kEd25519 } key;
  enum class Does : std::uint8_t { kSign, kVerify } does;
};
inline constexpr Primitive kPrimitives[] = {
    {Primitive::Key::kP256, Primitive::Does::kSign},    {Primitive::Key::kP256, Primitive::Does::kVerify},
    {Primitive::Key::kP384, Primitive::Does::kSign},    {Primitive::Key::kP384, Primitive::Does::kVerify},
    {Primitive::Key::kEd25519, Primitive::Does::kSign}, {Primitive::Key::kEd25519, Primitive::Does::kVerify}};

/// SignatureCounts are in the order of kPrimitives.
using SignatureCounts = std::array<std::size_t, std::size(kPrimitives)>;

/// TakeSignatureCounts returns what was counted since the last call. Safe on any thread.
SignatureCounts TakeSignatureCounts();

}  // namespace certmark::bench
