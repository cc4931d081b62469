// The engine behind its C interface: variables, tables of samples, plans, and threads that carry them out.
#include "threads/phases.h"
#include "threads/pool.h"
#include "program.h"
#if defined(__x86_64__)
#include "processor.h"
#endif
#include <cstring>
#include <dlfcn.h>
#include <memory>
#include <new>

KernelTable kernelsPlain();
#if defined(__x86_64__)
KernelTable kernelsAvx2();
#endif
#if defined(HAS_AVX512)
KernelTable kernelsAvx512();
#endif

namespace {

struct Engine;

// Steps of one plan.
struct Run final : Pool::Job {
  Engine& engine;
  const Program& program;
  const int32_t* fed;
  int32_t* read;
  const int64_t steps;
  int64_t step = 0;
  Phases phases;
  std::atomic<int32_t> fault{NONE}, faultValue{0};

  Run(Engine& engine, const Program& program, int threads, const int32_t* fed, int32_t* read, int64_t steps)
      : engine(engine), program(program), fed(fed), read(read), steps(steps), phases(threads, program.phases[0].count) {}
  void run(int thread) override;
  void carryOut(const Task& task, float* local);
  void fill();
  const Phase& phaseAt(int64_t number) const { return program.phases[(size_t)(number % (int64_t)program.phases.size())]; }
  int64_t advance(int64_t number, float* local);
};

struct Engine {
  KernelTable kernels;
  Floats state, shared;
  std::vector<std::unique_ptr<Floats>> locals;
  std::vector<Table> tables;
  std::vector<std::unique_ptr<Program>> programs;
  Pool pool;
  int32_t number = 0;  // of what was wrong with the last plan or run

  Engine(const KernelTable& kernels, int threads) : kernels(kernels), pool(threads) {
    for (int thread = 0; thread < threads; thread++) locals.emplace_back(new Floats());
  }
};

char* addressOf(const Engine& e, const Program& p, const Tensor& t, float* local) {
  float* const spaces[SPACES] = {e.state.data(), p.constants.data(), e.shared.data(), local};
  return (char*)(spaces[t.space] + (int64_t)t.offset * UNIT);
}

void Run::carryOut(const Task& task, float* local) {
  for (int c = task.first; c < task.first + task.count; c++) {
    const Call& call = program.calls[(size_t)c];
    Work work = {};
    work.call = &call;
    work.tensors = &program.operands[(size_t)c * MAX_OPERANDS];
    work.tables = engine.tables.data();
    work.begin = task.end < 0 ? 0 : task.begin;
    work.end = task.end < 0 ? call.units : task.end;
    work.part = task.part;
    for (int o = 0; o < MAX_OPERANDS; o++) {
      const Tensor* t = work.tensors[o];
      if (!t) continue;
      const int64_t stride = t->view == WHOLE ? 0 : (int64_t)t->size * 4;
      // LOCAL holds the rows of this task only.
      const int64_t before = t->space == LOCAL && t->view == ROWS ? work.begin * stride : 0;
      work.places[o] = {addressOf(engine, program, *t, local) - before, stride};
    }
    engine.kernels.kernels[call.kernel].run(work);
    if (work.fault == NONE) continue;
    int32_t none = NONE;
    if (fault.compare_exchange_strong(none, work.fault)) faultValue = work.faultValue;
  }
}

void Run::fill() {
  for (const int32_t tensor : program.fed) {
    const int64_t words = program.words(tensor);
    memcpy(addressOf(engine, program, program.tensors[(size_t)tensor], nullptr), fed, (size_t)words * 4);
    fed += words;
  }
}

// Goes to the next phase that several threads can share; carries out the others. Phases are numbered through all steps.
int64_t Run::advance(int64_t number, float* local) {
  for (;;) {
    if (++number % (int64_t)program.phases.size() == 0) {
      for (const int32_t tensor : program.read) {
        const int64_t words = program.words(tensor);
        memcpy(read, addressOf(engine, program, program.tensors[(size_t)tensor], nullptr), (size_t)words * 4);
        read += words;
      }
      // A step that failed is the last: what it would have changed is not to be relied on.
      if (++step == steps || fault != NONE) return Phases::OVER;
      fill();
    }
    const Phase& now = phaseAt(number);
    if (now.count > 1) return number;
    carryOut(program.tasks[(size_t)now.first], local);
  }
}

void Run::run(int thread) {
  float* const local = engine.locals[(size_t)thread]->data();
  phases.work(thread, [&](int64_t number) { return phaseAt(number).count; },
              [&](int64_t number) { return phaseAt(number).isBackward != 0; },
              [&](int64_t number, int32_t task) { carryOut(program.tasks[(size_t)(phaseAt(number).first + task)], local); },
              [&](int64_t number) { return advance(number, local); });
}

bool knows(const char* level) {
#if defined(__x86_64__)
  static const Processor processor;
#if defined(HAS_AVX512)
  if (!std::strcmp(level, "avx512")) return processor.knowsAvx512;
#endif
  if (!std::strcmp(level, "avx2")) return processor.knowsAvx2;
#endif
  return !std::strcmp(level, "plain");
}

}  // namespace

#define API extern "C" __attribute__((visibility("default")))

API int32_t native_abi_version() { return ABI_VERSION; }

// 1 if this processor can run a level, and the library has it: 'avx512', 'avx2', 'plain'.
API int32_t native_supports(const char* level) { return knows(level); }

// Keeps this library loaded until the process ends: threads of engines that nobody closed are in it, which a process may
// unload at its end.
static void stay() {
  Dl_info own;
  if (dladdr((const void*)&native_abi_version, &own)) dlopen(own.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

// Null without memory or for an unknown level.
API void* native_open(const char* level, int32_t threads, int64_t stateFloats) {
  if (!knows(level) || threads < 1 || stateFloats < 0) return nullptr;
  stay();
  KernelTable kernels = kernelsPlain();
#if defined(HAS_AVX512)
  if (!std::strcmp(level, "avx512")) kernels = kernelsAvx512();
#endif
#if defined(__x86_64__)
  if (!std::strcmp(level, "avx2")) kernels = kernelsAvx2();
#endif
  Engine* engine = new (std::nothrow) Engine(kernels, threads);
  if (engine && !engine->state.resize(stateFloats)) {
    delete engine;
    return nullptr;
  }
  return engine;
}

API void native_close(void* engine) { delete (Engine*)engine; }

// The number of a kernel, or -1.
API int32_t native_kernel(void* engine, const char* name) {
  const KernelTable& kernels = ((Engine*)engine)->kernels;
  for (int i = 0; i < kernels.count; i++)
    if (!std::strcmp(kernels.kernels[i].name, name)) return i;
  return -1;
}

// Adds a table, which must stay where it is until native_close(). Returns its number, or -1.
API int32_t native_add_table(void* engine, const void* data, int64_t bytes, int64_t rows, int32_t rowSize, int32_t isBytes) {
  if (rows < 0 || rowSize < 1 || bytes < rows * rowSize * (isBytes ? 1 : 4)) return -1;
  std::vector<Table>& tables = ((Engine*)engine)->tables;
  tables.push_back({data, rows, rowSize, isBytes});
  return (int32_t)tables.size() - 1;
}

// Copies variables out of, or into, the state; -1 if they lie outside of it.
API int32_t native_read(void* engine, int64_t offset, int64_t count, float* to) {
  const Floats& state = ((Engine*)engine)->state;
  if (offset < 0 || count < 0 || offset > state.count() - count) return -1;
  memcpy(to, state.data() + offset, (size_t)count * 4);
  return 0;
}
API int32_t native_write(void* engine, int64_t offset, int64_t count, const float* from) {
  const Floats& state = ((Engine*)engine)->state;
  if (offset < 0 || count < 0 || offset > state.count() - count) return -1;
  memcpy(state.data() + offset, from, (size_t)count * 4);
  return 0;
}

// Adds a plan. Returns its number, or why it is refused.
API int32_t native_add_plan(void* engine, const int32_t* words, int64_t count, const float* constants, int64_t constantCount) {
  Engine& e = *(Engine*)engine;
  std::unique_ptr<Program> program(new Program());
  const Verdict verdict = readProgram(words, count, constants, constantCount, e.state.count(), e.kernels, e.tables, *program);
  e.number = verdict.number;
  if (verdict.refusal != FITS) return verdict.refusal;
  if (program->phases.empty()) return MALFORMED;
  if (program->shared > e.shared.count() && !e.shared.resize(program->shared)) return NO_MEMORY;
  for (auto& local : e.locals)
    if (program->local > local->count() && !local->resize(program->local)) return NO_MEMORY;
  e.programs.push_back(std::move(program));
  return (int32_t)e.programs.size() - 1;
}

// Runs steps of a plan. Before each, `fed` gives the words of all tensors that are fed; after it, `read` takes those that
// are read. Returns 0, a fault, or -1 if the words are not those of so many steps.
API int32_t native_run(void* engine, int32_t plan, int64_t steps, const int32_t* fed, int64_t fedWords, int32_t* read,
                       int64_t readWords) {
  Engine& e = *(Engine*)engine;
  if (plan < 0 || plan >= (int32_t)e.programs.size() || steps < 1) return -1;
  const Program& program = *e.programs[(size_t)plan];
  if (steps > Phases::MOST / (int64_t)program.phases.size()) return -1;
  if (fedWords != steps * program.fedWords || readWords != steps * program.readWords) return -1;
  Run run(e, program, (int)e.locals.size(), fed, read, steps);
  run.fill();
  e.pool.run(run);
  e.number = run.faultValue;
  return run.fault;
}

// The number of what was wrong with the last plan or run: a call, a tensor, an index.
API int32_t native_number(void* engine) { return ((Engine*)engine)->number; }
