// A pool that asks for more threads than the system gives, for phases_test.ts: their stacks find no room. Prints 'done' at the
// end.
#include "../../../native/kernels/threads/phases.h"
#include "../../../native/kernels/threads/pool.h"
#include <cstdio>
#include <sys/resource.h>

constexpr int THREADS = 500, PHASES = 20, TASKS = 700;

struct Run final : Pool::Job {
  std::atomic<int> done{0};
  Phases phases{THREADS, TASKS};

  void run(int thread) override {
    phases.work(thread, [](int64_t) { return TASKS; }, [](int64_t) { return false; }, [&](int64_t, int32_t) { done++; },
                [](int64_t phase) { return phase + 1 == PHASES ? Phases::OVER : phase + 1; });
  }
};

int main() {
  const rlim_t room = 400'000'000;
  const rlimit limit = {room, room};
  setrlimit(RLIMIT_AS, &limit);
  Pool pool(THREADS);
  Run run;
  pool.run(run);
  puts(run.done == PHASES * TASKS ? "done" : "a task is missing");
}
