// Phases of tasks on some threads, for phases_test.ts: each task reads what all tasks of the phase before it wrote, so that a
// sanitizer sees tasks that begin too early. Prints 'done' at the end.
#include "../../../native/kernels/threads/phases.h"
#include "../../../native/kernels/threads/pool.h"
#include <cstdio>
#include <cstdlib>

constexpr int PHASES = 60, MOST = 19;

struct Run final : Pool::Job {
  int written[PHASES + 1][MOST] = {}, ended = 0;
  Phases phases;

  explicit Run(int threads) : phases(threads, countOf(0)) {}

  static int countOf(int64_t phase) { return 1 + (int)(phase * 7 % MOST); }

  void doTask(int64_t phase, int32_t task) {
    for (int before = 0; phase > 0 && before < countOf(phase - 1); before++)
      if (written[phase - 1][before] != 1) fail("a task began before the phase before it had ended");
    // Some take so long that those who wait for them fall asleep.
    if ((phase + task) % 23 == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
    if (written[phase][task]++) fail("a task was done twice");
  }

  void run(int thread) override {
    phases.work(thread, countOf, [](int64_t phase) { return phase % 3 == 1; }, [&](int64_t phase, int32_t task) { doTask(phase, task); },
                [&](int64_t phase) { return ++ended == PHASES ? Phases::OVER : phase + 1; });
  }

  static void fail(const char* what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
  }
};

int main() {
  for (const int threads : {1, 2, 3, 8}) {
    Pool pool(threads);
    for (int round = 0; round < 20; round++) {
      Run run(threads);
      pool.run(run);
      if (run.ended != PHASES) Run::fail("a run ended early");
    }
  }
  puts("done");
}
