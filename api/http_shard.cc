#include "api/http_shard.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "api/http_wire.h"

namespace certmark::api {
namespace {

namespace asio = boost::asio;

std::string DateNow() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return HttpDate(std::chrono::duration_cast<std::chrono::seconds>(since).count());
}

// A handler that throws ends its own connection; the thread goes on with the others.
void RunGuarded(asio::io_context& io) {
  for (;;) {
    try {
      io.run();
      return;
    } catch (const std::exception& exception) {
      spdlog::error("http: exception: {}", exception.what());
    } catch (...) {
      spdlog::error("http: exception of an unknown type");
    }
  }
}

}  // namespace

HttpShard::Seat::Seat(HttpShard& shard, HttpSocket& socket) : shard_(shard), socket_(socket) {
  place_ = shard_.seats_.insert(shard_.seats_.end(), this);
}

HttpShard::Seat::~Seat() {
  shard_.seats_.erase(place_);
  if (shard_.stopping_ && shard_.seats_.empty()) shard_.timer_.cancel();
}

void HttpShard::Seat::Idle(unsigned ticks) {
  idle_ = true;
  deadline_ = shard_.tick_ + ticks;
}

void HttpShard::Seat::Busy(unsigned ticks) {
  idle_ = false;
  deadline_ = shard_.tick_ + (shard_.stopping_ ? std::min(ticks, kGraceTicks) : ticks);
}

// What waits on the socket then fails, and its coroutine ends.
void HttpShard::Seat::Close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void HttpShard::Start() {
  date_ = DateNow();
  asio::co_spawn(io.get_executor(), Tick(), asio::detached);
  thread_ = std::thread([this] { RunGuarded(io); });
}

void HttpShard::Stop() {
  asio::post(io, [this] {
    stopping_ = true;
    for (Seat* seat : seats_) {
      if (seat->idle_) seat->Close();
      seat->deadline_ = std::min(seat->deadline_, tick_ + kGraceTicks);
    }
    if (seats_.empty()) timer_.cancel();
  });
}

void HttpShard::Join() {
  if (thread_.joinable()) thread_.join();
}

HttpTask<> HttpShard::Tick() {
  while (!stopping_ || !seats_.empty()) {
    timer_.expires_after(tick_length_);
    const auto [cancelled] = co_await timer_.async_wait(kHttpAwait);
    (void)cancelled;
    ++tick_;
    date_ = DateNow();
    EndOverdue();
  }
}

void HttpShard::EndOverdue() {
  for (Seat* seat : seats_) {
    if (seat->deadline_ < tick_) seat->Close();
  }
}

}  // namespace certmark::api
