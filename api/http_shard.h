// HttpShard: one thread of the server with the connections it serves. Nothing of a shard is shared with another, so
// that serving takes no lock; one timer a shard, which ticks each second, ends what has lasted too long.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <list>
#include <string>
#include <thread>

namespace certmark::api {

// The executor is named, not erased: every operation passes through it.
using HttpExecutor = boost::asio::io_context::executor_type;
template <class T = void>
using HttpTask = boost::asio::awaitable<T, HttpExecutor>;
using HttpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, HttpExecutor>;
using HttpAcceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, HttpExecutor>;
using HttpTimer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                    boost::asio::wait_traits<std::chrono::steady_clock>, HttpExecutor>;

/// kHttpAwait: an awaited operation yields (error, result...) and does not throw.
inline constexpr auto kHttpAwait = boost::asio::as_tuple(boost::asio::use_awaitable_t<HttpExecutor>{});

class HttpShard {
 public:
  static constexpr unsigned kGraceTicks = 5;  ///< what is under way when the shard is told to stop has so long

  /// Seat is a connection's place in its shard while the connection lasts. On the shard's thread alone.
  class Seat {
   public:
    /// Seat holds references: `socket` goes after it.
    Seat(HttpShard& shard, HttpSocket& socket);
    ~Seat();
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    /// Idle: nothing is under way, and the connection closes after so many ticks, or at once when the shard stops.
    void Idle(unsigned ticks);
    /// Busy: something is under way that may take so many ticks.
    void Busy(unsigned ticks);

   private:
    friend class HttpShard;
    void Close();
    HttpShard& shard_;
    HttpSocket& socket_;
    std::uint64_t deadline_ = 0;
    bool idle_ = true;
    std::list<Seat*>::iterator place_;
  };

  explicit HttpShard(std::chrono::milliseconds tick) : tick_length_(tick) {}
  HttpShard(const HttpShard&) = delete;
  HttpShard& operator=(const HttpShard&) = delete;

  /// Start starts the thread, which ends once the shard has been told to stop and its last connection is gone.
  void Start();
  /// Stop tells the shard to stop; Join waits for its thread. Safe on any thread.
  void Stop();
  void Join();

  /// On the shard's thread: whether it was told to stop, and the time for a Date header.
  bool stopping() const { return stopping_; }
  const std::string& date() const { return date_; }

  boost::asio::io_context io{1};  ///< run by one thread

 private:
  HttpTask<> Tick();
  void EndOverdue();

  const std::chrono::milliseconds tick_length_;
  std::list<Seat*> seats_;
  std::uint64_t tick_ = 0;
  bool stopping_ = false;
  std::string date_;
  HttpTimer timer_{io.get_executor()};
  std::thread thread_;
};

}  // namespace certmark::api
