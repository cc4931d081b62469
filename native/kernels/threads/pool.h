// Threads that work on a job together. One that comes late finds less of it to do, or none: nobody waits for it.
#pragma once
#include "waiting.h"
#include <system_error>
#include <thread>
#include <vector>

class Pool {
 public:
  // Work that threads share: those that are there call run(thread) at the same time.
  struct Job {
    virtual void run(int thread) = 0;
   protected:
    ~Job() = default;
  };

  // A container may allow fewer threads than the machine has processors: those that there are do the work.
  explicit Pool(int threads) {
    try {
      for (int thread = 1; thread < threads; thread++) workers_.emplace_back([this, thread] { serve(thread); });
    } catch (const std::system_error&) {
    }
  }

  ~Pool() {
    isOver_ = true;
    begun_.tell();
    for (std::thread& worker : workers_) worker.join();
  }

  // Runs a job to its end: on this thread, and on all others that come before it is done.
  void run(Job& job) {
    offer(&job);
    begun_.tell();
    job.run(0);
    offer(nullptr);
    left_.until([&] { return busy_ == 0; });
  }

 private:
  void offer(Job* job) {
    std::lock_guard<std::mutex> lock(mutex_);
    job_ = job;
    if (job) number_++;
  }

  // Takes the job that there is, which then does not end before this thread has left it.
  Job* take(unsigned long& seen) {
    std::lock_guard<std::mutex> lock(mutex_);
    seen = number_;
    if (job_) busy_++;
    return job_;
  }

  void serve(int thread) {
    for (unsigned long seen = 0;;) {
      begun_.sleepUntil([&] { return isOver_ || number_ != seen; });
      if (isOver_) return;
      Job* const job = take(seen);
      if (!job) continue;
      job->run(thread);
      if (--busy_ == 0) left_.tell();
    }
  }

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  Job* job_ = nullptr;
  std::atomic<unsigned long> number_{0};
  std::atomic<int> busy_{0};
  std::atomic<bool> isOver_{false};
  Waiting begun_, left_;
};
