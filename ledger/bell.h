// Bell: tells whoever listens that there is something new to look at, and not what.
#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <utility>

namespace certmark::ledger {

/// Bell is safe on any thread, and outlives what listens to it.
class Bell {
 public:
  /// Told is called on the thread that rings, which has better things to do: it must return at once, and not throw,
  /// wait, or come back to the bell.
  using Told = std::function<void()>;

  /// Listening lasts until it goes; once it is gone, nothing of it is being called.
  class Listening {
   public:
    Listening(Listening&& other) noexcept : bell_(std::exchange(other.bell_, nullptr)), place_(other.place_) {}
    Listening& operator=(Listening&&) = delete;
    ~Listening() {
      if (bell_ != nullptr) bell_->Forget(place_);
    }

   private:
    friend class Bell;
    Listening(Bell& bell, std::list<Told>::iterator place) : bell_(&bell), place_(place) {}
    Bell* bell_;
    std::list<Told>::iterator place_;
  };

  /// Listen has `told` be called each time that the bell rings from now on.
  [[nodiscard]] Listening Listen(Told told) {
    const std::lock_guard lock(mutex_);
    return Listening(*this, told_.insert(told_.end(), std::move(told)));
  }

  void Ring() const {
    const std::lock_guard lock(mutex_);
    for (const Told& told : told_) told();
  }

 private:
  void Forget(std::list<Told>::iterator place) {
    const std::lock_guard lock(mutex_);
    told_.erase(place);
  }

  mutable std::mutex mutex_;  // held while listeners are called
  std::list<Told> told_;
};

}  // namespace certmark::ledger
