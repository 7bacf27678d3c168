#include "verifier-sdk/abi/trust.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "verifier-sdk/abi/boundary.h"

namespace {

using certmark::Error;
using certmark::ErrorCode;
using certmark::Pin;
using certmark::Result;
using certmark::TrustChain;
using certmark::TrustList;
using certmark::abi::Guarded;
using certmark::abi::Say;
using certmark::abi::Wrong;
namespace json = certmark::json;

/// Decades of lists of dozens of authorities.
constexpr std::size_t kMaxStateBytes = 64 * 1024 * 1024;

/// StateBytes is how many bytes the state of `trust` and one more list takes at most. A list is base64url and dots,
/// which JSON need not escape, in quotes and behind a comma; around an authority's lists stand its pin, seq and member
/// names.
std::size_t StateBytes(const certmark_trust& trust, std::string_view list, std::string_view authority) {
  constexpr std::size_t kAroundAll = 32, kAroundAnAuthority = 128, kAroundAList = 3;
  std::size_t bytes = kAroundAll + kAroundAnAuthority + authority.size() + kAroundAList + list.size();
  for (const auto& [held, chain] : trust.chains) {
    bytes += kAroundAnAuthority + held.size();
    for (const TrustList& one : chain.lists()) bytes += kAroundAList + one.text().size();
  }
  return bytes;
}

int Refused(certmark_message* why, const Error& error) {
  return Say(why, error.message), certmark::abi::NumberOf(error);
}

}  // namespace

Result<TrustChain::Added> certmark_trust::Add(std::string_view jws, const std::optional<Pin>& pin) {
  const std::string authority = CM_TRY(certmark::PeekTrustAuthority(jws));
  const auto held = chains.find(authority);
  // A store that is full takes no more: Import would refuse its state, and with it everything that was accepted before.
  // What needs no room is asked all the same: a fork is to be told for as long as the store is there.
  if (StateBytes(*this, jws, authority) > kMaxStateBytes && (held == chains.end() || !held->second.HasNumberOf(jws))) {
    return Error{ErrorCode::kFailedPrecondition, "the store is full"};
  }
  if (held == chains.end()) {
    if (!pin) return Error{ErrorCode::kInvalidArgument, authority + " is not known here: its pin is needed"};
    TrustChain chain = CM_TRY(TrustChain::Begin(*pin, jws));
    chains.emplace(authority, std::move(chain));
    return TrustChain::Added::kNew;
  }
  if (pin && pin->ToText() != held->second.pin().ToText()) {
    return Error{ErrorCode::kInvalidArgument, authority + " was begun with another pin"};
  }
  return held->second.Add(jws);
}

std::vector<TrustList> certmark_trust::Newest() const {
  std::vector<TrustList> lists;
  for (const auto& [authority, chain] : chains) lists.push_back(chain.newest());
  return lists;
}

std::string certmark_trust::Export() const {
  json::Writer w;
  w.Object([&] {
    w.Key("authorities").Array([&] {
      for (const auto& [authority, chain] : chains) chain.Write(w);
    });
  });
  return w.Take();
}

Result<void> certmark_trust::Import(std::string_view state) {
  const json::Document document = CM_TRY(json::Document::Parse(state, kMaxStateBytes));
  const json::Value authorities = CM_TRY(document.root().Array("authorities"));
  for (const json::Value stored : authorities.Elements()) {
    TrustChain chain = CM_TRY(TrustChain::Read(stored));
    const std::string authority = chain.pin().authority;
    if (!chains.emplace(authority, std::move(chain)).second) {
      return Error{ErrorCode::kCorruption, authority + " is there twice"};
    }
  }
  return {};
}

extern "C" int certmark_trust_new(const void* state, size_t state_size, certmark_trust** trust,
                                  certmark_message* why) noexcept {
  // Whatever becomes of it, no line of an earlier call is left to be taken for this one's.
  Say(why, "");
  if (trust == nullptr) return Wrong(why, "nowhere to put the store");
  *trust = nullptr;
  return Guarded([&] {
    if (state == nullptr && state_size != 0) return Wrong(why, "no state, and a size");
    auto made = std::make_unique<certmark_trust>();
    if (state_size != 0) {
      const auto imported = made->Import({static_cast<const char*>(state), state_size});
      if (!imported) return Refused(why, imported.error());
    }
    *trust = made.release();
    return static_cast<int>(CERTMARK_OK);
  });
}

extern "C" void certmark_trust_free(certmark_trust* trust) noexcept {
  delete trust;
}

extern "C" int certmark_trust_add(certmark_trust* trust, const char* list, size_t list_size, const char* pin,
                                  certmark_message* why) noexcept {
  Say(why, "");
  return Guarded([&] {
    if (trust == nullptr || (list == nullptr && list_size != 0)) return Wrong(why, "no store, or no list");
    std::optional<Pin> parsed;
    if (pin != nullptr) {
      auto read = Pin::Parse(pin);
      if (!read) return Wrong(why, read.error().message);
      parsed = *std::move(read);
    }
    const auto added = trust->Add({list, list_size}, parsed);
    if (!added) return Refused(why, added.error());
    return static_cast<int>(*added == TrustChain::Added::kNew ? CERTMARK_OK : CERTMARK_KNOWN);
  });
}

extern "C" int certmark_trust_look(const certmark_trust* trust, const char* authority,
                                   certmark_trust_facts* facts) noexcept {
  return Guarded([&] {
    certmark_trust_facts found{};
    if (!certmark::abi::Write(found, facts) || trust == nullptr || authority == nullptr) {
      return static_cast<int>(CERTMARK_E_ARGUMENT);
    }
    const auto held = trust->chains.find(std::string_view(authority));
    if (held == trust->chains.end()) return static_cast<int>(CERTMARK_E_REFUSED);
    const TrustList& newest = held->second.newest();
    found.seq = newest.seq();
    found.iat = certmark::ToEpoch(newest.iat());
    found.exp = certmark::ToEpoch(newest.exp());
    found.test = newest.environment() == TrustList::Environment::kTest ? 1 : 0;
    certmark::abi::Write(found, facts);
    return static_cast<int>(CERTMARK_OK);
  });
}

extern "C" int certmark_trust_export(const certmark_trust* trust, void* state, size_t* size) noexcept {
  if (size == nullptr) return CERTMARK_E_ARGUMENT;
  // Whatever becomes of it, the buffer's size is not left to be taken for that of a state.
  const std::size_t room = std::exchange(*size, 0);
  return Guarded([&] {
    if (trust == nullptr || (state == nullptr && room != 0)) return static_cast<int>(CERTMARK_E_ARGUMENT);
    const std::string written = trust->Export();
    *size = room;
    return certmark::abi::HandOut(written, state, size);
  });
}
