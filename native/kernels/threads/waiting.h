// Where threads wait for what another one does: they look for it for a moment, as most of what they wait for is near; then
// they sleep, as what they wait for may need their processor.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

class Waiting {
 public:
  // Waits for what is near: until `isSo`, which reads atomics in sequential order.
  template <typename F> void until(F isSo) {
    if (comesSoon(isSo)) return;
    const Clock::time_point end = Clock::now() + SOON;
    do {
      if (comesSoon(isSo)) return;
    } while (Clock::now() < end);
    sleepUntil(isSo);
  }

  // The same, for what is far.
  template <typename F> void sleepUntil(F isSo) {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      // Said before the last look: whoever changes what it sees finds a sleeper to wake.
      isAsleep_ = true;
      if (isSo()) return;
      changed_.wait(lock);
    }
  }

  // Wakes those who sleep, after a change of what they wait for, in sequential order.
  void tell() {
    if (!isAsleep_) return;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      isAsleep_ = false;
    }
    changed_.notify_all();
  }

 private:
  using Clock = std::chrono::steady_clock;
  // About as long as falling asleep and being woken take: waiting then costs at most twice the least.
  static constexpr std::chrono::microseconds SOON{50};
  // Looks between two looks at the clock.
  static constexpr int LOOKS = 32;

  template <typename F> static bool comesSoon(F isSo) {
    for (int i = 0; i < LOOKS; i++) {
      if (isSo()) return true;
#if defined(__x86_64__)
      __builtin_ia32_pause();
#elif defined(__aarch64__)
      asm volatile("yield");
#endif
    }
    return false;
  }

  std::atomic<bool> isAsleep_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
};
