// One connection: requests are read, answered and written, one after the other.
#pragma once

#include <atomic>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/http/verb.hpp>
#include <cstddef>
#include <memory>
#include <string>

#include "api/http_server.h"
#include "api/http_shard.h"
#include "api/worker_pool.h"

namespace certmark::api {

/// OpenDoor is a door that listens.
struct OpenDoor {
  HttpDoor door;
  bool has_tls;
  /// tls is what the next connection shakes hands with. Of the first shard's thread alone, which accepts; shared with
  /// the connections that began with it.
  std::shared_ptr<boost::asio::ssl::context> tls;
  HttpAcceptor acceptor;
  std::string headers;                  ///< whole lines that each of its answers has
  std::unique_ptr<WorkerPool> workers;  ///< nothing: answers on the shard's thread
  std::unique_ptr<WorkerPool> readers;  ///< likewise, of what is no POST, where the door has readers
  /// connections counts those that are open. Shared with each of them: one that its shard was never to begin goes after
  /// the doors.
  std::shared_ptr<std::atomic<std::size_t>> connections;
  std::unique_ptr<std::atomic<std::size_t>> body_bytes;  ///< of bodies that are being read or answered

  /// PoolFor is whose threads answer a request of that method; null: the shard's.
  WorkerPool* PoolFor(boost::beast::http::verb method) const {
    const bool writes = method == boost::beast::http::verb::post;
    return writes || !door.readers ? workers.get() : readers.get();
  }
};

/// Visitor is who has come in at a door, and how it is spoken to; tls is null at one that speaks plain HTTP.
struct Visitor {
  HttpSocket socket;
  std::shared_ptr<boost::asio::ssl::context> tls;
};

/// ServeConnection serves `visitor`, who came in at `door` and whose socket is the shard's, to its end. `door` and
/// `shard` outlive it. On the shard's thread.
HttpTask<> ServeConnection(OpenDoor& door, HttpShard& shard, Visitor visitor);

}  // namespace certmark::api
