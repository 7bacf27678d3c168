// BeastConstant: Beast and nothing of ours around it. A server of HTTP/1.1 over TLS that reads requests and answers
// each with the same bytes, on as many threads as our own.
#pragma once

#include <memory>
#include <string>

#include "api/server_identity.h"

namespace certmark::bench {

class BeastConstant {
 public:
  /// BeastConstant: `answer` is the whole of it, its head too.
  BeastConstant(const api::ServerIdentity& identity, std::string answer);
  ~BeastConstant();
  std::uint16_t port() const;

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace certmark::bench
