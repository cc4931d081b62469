// Phases of tasks that threads go through together. A phase has ended when its tasks are done: a thread that the system
// keeps from running meanwhile holds none of them, and nobody waits for it.
#pragma once
#include "waiting.h"
#include <cstdint>

class Phases {
 public:
  // The most phases of a run, and the number of the one after the last.
  static constexpr int64_t MOST = (int64_t)1 << 38, OVER = MOST;

  // Does tasks until all phases are over, as other threads do at the same time. A phase has countOf(phase) tasks, at most
  // MOST_TASKS: doTask(phase, task). The thread that ends a phase finds the number of the one to open by next(phase).
  template <typename C, typename T, typename N> void work(C countOf, T doTask, N next) {
    for (;;) {
      const Claim first = claim();
      const int64_t phase = first.phase;
      if (phase == OVER) return;
      const int32_t count = countOf(phase);
      int32_t own = 0;
      // Further claims are of the same phase, as this thread has not yet said that its tasks are done.
      for (int64_t task = first.task; task < count; task = claim().task, own++) doTask(phase, (int32_t)task);
      if (own > 0 && done_.fetch_add(own, std::memory_order_acq_rel) + own == count) open(next(phase));
      else waiting_.until([&] { return opened_ != phase; });
    }
  }

 private:
  struct Claim {
    int64_t phase, task;
  };

  // The next task of the phase that is open; one that does not exist if it has no more.
  Claim claim() {
    const int64_t word = word_.fetch_add(1, std::memory_order_acq_rel);
    return {word >> TASK_BITS, word & (((int64_t)1 << TASK_BITS) - 1)};
  }

  void open(int64_t phase) {
    done_.store(0, std::memory_order_relaxed);
    word_.store(phase << TASK_BITS, std::memory_order_release);
    opened_ = phase;
    waiting_.tell();
  }

  // Room for MOST_TASKS and for one more claim of each thread.
  static constexpr int TASK_BITS = 24;
  // The phase and its next task.
  alignas(64) std::atomic<int64_t> word_{0};
  std::atomic<int32_t> done_{0};
  // The phase, for those who only look: they do not slow down those who claim.
  alignas(64) std::atomic<int64_t> opened_{0};
  Waiting waiting_;
};
