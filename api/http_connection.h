// One connection: requests are read, answered and written, one after the other.
#pragma once

#include <atomic>
#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "api/http_server.h"
#include "api/http_shard.h"
#include "api/worker_pool.h"

namespace certmark::api {

/// OpenDoor is a door that listens.
struct OpenDoor {
  HttpDoor door;
  std::optional<boost::asio::ssl::context> tls;  ///< nothing: plain HTTP
  HttpAcceptor acceptor;
  std::string headers;                  ///< whole lines that each of its answers has
  std::unique_ptr<WorkerPool> workers;  ///< nothing: answers on the shard's thread
  /// connections counts those that are open. Shared with each of them: one that its shard was never to begin goes after
  /// the doors.
  std::shared_ptr<std::atomic<std::size_t>> connections;
};

/// ServeConnection serves `socket`, which came in at `door` and is the shard's, to its end. `door` and `shard` outlive
/// it. On the shard's thread.
HttpTask<> ServeConnection(OpenDoor& door, HttpShard& shard, HttpSocket socket);

}  // namespace certmark::api
