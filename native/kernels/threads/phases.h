// Phases of tasks that threads go through together. Each thread has a share of a phase's tasks, the same one whenever
// phases have as many, as its cache may hold what they read; then it takes from the shares of others what is left of
// them. A phase has ended when its tasks are done: a thread that the system keeps from running meanwhile holds none of
// them, and nobody waits for it.
#pragma once
#include "waiting.h"
#include <cstdint>
#include <vector>

class Phases {
 public:
  // The most phases of a run, and the number of the one after the last.
  static constexpr int64_t MOST = (int64_t)1 << 38, OVER = MOST;

  // The first phase, 0, is open.
  Phases(int threads, int32_t tasks) : shares_((size_t)threads) { share(0, tasks); }

  // Does tasks until all phases are over, as other threads do at the same time. A phase has countOf(phase) tasks, at most
  // MOST_TASKS: doTask(phase, task), the last of a share first if isBackward(phase). The thread that ends a phase finds the
  // number of the one to open by next(phase).
  template <typename C, typename B, typename T, typename N> void work(int thread, C countOf, B isBackward, T doTask, N next) {
    for (int64_t phase; (phase = opened_) != OVER;) {
      const int32_t count = countOf(phase);
      const bool goesBack = isBackward(phase);
      int32_t own = 0;
      for (int i = 0; i < threads(); i++) {
        const int share = (thread + i) % threads();
        const int32_t ends = beginOf(share, count) + beginOf(share + 1, count) - 1;
        for (int32_t task; (task = claim(share, phase, count)) >= 0; own++) doTask(phase, goesBack ? ends - task : task);
      }
      if (own > 0 && done_.fetch_add(own, std::memory_order_acq_rel) + own == count) open(next(phase), countOf);
      else waiting_.until([&] { return opened_ != phase; });
    }
  }

 private:
  int threads() const { return (int)shares_.size(); }
  int32_t beginOf(int share, int32_t count) const { return (int32_t)((int64_t)count * share / threads()); }

  // The next task of a share; -1 if it has no more, or the phase has ended.
  int32_t claim(int share, int64_t phase, int32_t count) {
    std::atomic<int64_t>& next = shares_[(size_t)share].next;
    const int64_t end = phase << TASK_BITS | beginOf(share + 1, count);
    for (int64_t word = next.load(std::memory_order_acquire); word >> TASK_BITS == phase && word < end;)
      if (next.compare_exchange_weak(word, word + 1, std::memory_order_acq_rel)) return (int32_t)(word & (((int64_t)1 << TASK_BITS) - 1));
    return -1;
  }

  template <typename C> void open(int64_t phase, C countOf) {
    done_.store(0, std::memory_order_relaxed);
    if (phase != OVER) share(phase, countOf(phase));
    opened_ = phase;
    waiting_.tell();
  }

  void share(int64_t phase, int32_t count) {
    for (int share = 0; share < threads(); share++)
      shares_[(size_t)share].next.store(phase << TASK_BITS | beginOf(share, count), std::memory_order_release);
  }

  static constexpr int TASK_BITS = 24;
  // The phase and the next task of a thread's share.
  struct alignas(64) Share {
    std::atomic<int64_t> next{0};
  };
  std::vector<Share> shares_;
  alignas(64) std::atomic<int32_t> done_{0};
  // The phase, for those who only look: they do not slow down those who claim.
  alignas(64) std::atomic<int64_t> opened_{0};
  Waiting waiting_;
};
