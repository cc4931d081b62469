// Threads that go through the phases of a plan together. A phase's tasks are claimed from a counter; whoever comes last
// to the end of a phase opens the next one.
#pragma once
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <sched.h>
#include <thread>
#include <vector>

class Pool {
 public:
  // Work that threads share: they call run(thread) at the same time.
  struct Job {
    virtual void run(int thread) = 0;
   protected:
    ~Job() = default;
  };

  explicit Pool(int threads) : threads_(threads) {
    for (int thread = 1; thread < threads; thread++) workers_.emplace_back([this, thread] { serve(thread); });
  }

  ~Pool() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      isOver_ = true;
    }
    wake_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  int threads() const { return threads_; }

  // Runs a job on all threads, this one included, to its end.
  void run(Job& job) {
    // Nobody may still read this call's fields when the next one sets them.
    running_.store(threads_ - 1, std::memory_order_relaxed);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      job_ = &job;
      number_++;
    }
    wake_.notify_all();
    job.run(0);
    for (int turns = 0; running_.load(std::memory_order_acquire) > 0;) pause(turns);
  }

  // Waits for all threads. The last one calls `open` before any goes on.
  template <typename F> void meet(F open) {
    const unsigned turn = turn_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) == threads_ - 1) {
      open();
      arrived_.store(0, std::memory_order_relaxed);
      turn_.store(turn + 1, std::memory_order_release);
    } else {
      for (int turns = 0; turn_.load(std::memory_order_acquire) == turn;) pause(turns);
    }
  }

 private:
  // Spins for a moment; then lets others have the core, as there may be fewer cores than threads.
  static void pause(int& turns) {
    if (++turns > 2000) {
      sched_yield();
      return;
    }
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

  void serve(int thread) {
    for (unsigned long seen = 0;;) {
      Job* job;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [&] { return isOver_ || number_ != seen; });
        if (isOver_) return;
        seen = number_;
        job = job_;
      }
      job->run(thread);
      running_.fetch_sub(1, std::memory_order_acq_rel);
    }
  }

  const int threads_;
  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  Job* job_ = nullptr;
  unsigned long number_ = 0;
  bool isOver_ = false;
  std::atomic<int> running_{0}, arrived_{0};
  std::atomic<unsigned> turn_{0};
};
