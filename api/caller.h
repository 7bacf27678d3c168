// Caller: who asks, as every transport tells its handlers.
#pragma once

#include <optional>
#include <string>

#include "ca/party.h"
#include "verifier-sdk/core/bytes.h"

namespace certmark::api {

/// Caller is who asks: an enrolled party, or nobody in particular on a public listener.
struct Caller {
  std::optional<ca::Party> party;
  Bytes certificate{};    ///< DER: the party came with it
  std::string network{};  ///< whence the call came (client_network.h); empty: nobody said
};

}  // namespace certmark::api
