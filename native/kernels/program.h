// A plan that was read from words and checked: nothing in it leads outside of its memory.
#pragma once
#include "kernel.h"
#include <cstdlib>
#include <cstring>
#include <vector>
#if defined(__linux__)
#include <sys/mman.h>
#endif

// Memory for floats, aligned to 64 bytes, zeros at first. Where the system has them, large pages: addresses of many small
// ones would have to be looked up all the time.
class Floats {
 public:
  Floats() = default;
  Floats(const Floats&) = delete;
  Floats& operator=(const Floats&) = delete;
  ~Floats() { std::free(data_); }
  // False if there is no such memory. What was in it is lost.
  bool resize(int64_t count) {
    std::free(data_);
    constexpr size_t PAGE = 1 << 21;
    size_t bytes = ((size_t)count * 4 + 63) / 64 * 64 + 64;
    const bool isLarge = bytes >= 4 * PAGE;
    if (isLarge) bytes = (bytes + PAGE - 1) / PAGE * PAGE;
    data_ = (float*)std::aligned_alloc(isLarge ? PAGE : 64, bytes);
    count_ = data_ ? count : 0;
#if defined(__linux__)
    if (data_ && isLarge) madvise(data_, bytes, MADV_HUGEPAGE);
#endif
    if (data_) memset(data_, 0, bytes);
    return data_ != nullptr;
  }
  float* data() const { return data_; }
  int64_t count() const { return count_; }

 private:
  float* data_ = nullptr;
  int64_t count_ = 0;
};

constexpr int HEADER_WORDS = 16;
constexpr int64_t UNIT = 16;  // floats
constexpr int32_t MOST_TASKS = 1 << 23;  // of a phase

struct Program {
  std::vector<Tensor> tensors;
  std::vector<Call> calls;
  std::vector<const Tensor*> operands;  // MAX_OPERANDS for each call
  std::vector<Task> tasks;
  std::vector<Phase> phases;
  std::vector<int32_t> fed, read;  // tensors
  Floats constants;
  int64_t shared = 0, local = 0;  // floats
  int64_t fedWords = 0, readWords = 0;

  int64_t words(int32_t tensor) const {
    const Tensor& t = tensors[(size_t)tensor];
    return (int64_t)t.size * t.count;
  }
};

// Takes consecutive structures from words.
class Words {
 public:
  Words(const int32_t* at, int64_t count) : at_(at), end_(at + count) {}
  template <typename T> bool take(std::vector<T>& to, int64_t count) {
    const int64_t words = count * (int64_t)(sizeof(T) / 4);
    if (count < 0 || words > end_ - at_) return false;
    to.resize((size_t)count);
    if (count) memcpy(to.data(), at_, (size_t)words * 4);
    at_ += words;
    return true;
  }
  bool isEmpty() const { return at_ == end_; }

 private:
  const int32_t *at_, *end_;
};

// Why a plan is refused, with the number of what is wrong with it.
enum Refusal : int32_t { FITS = 0, MALFORMED = -1, NO_MEMORY = -2, BAD_TENSOR = -3, BAD_CALL = -4, BAD_TASK = -5, BAD_PORT = -6 };
struct Verdict {
  Refusal refusal;
  int32_t number;
};

static bool lies(const Tensor& t, const int64_t (&space)[SPACES]) {
  if (t.space < 0 || t.space >= SPACES || t.view < WHOLE || t.view > PARTS) return false;
  if (t.offset < 0 || t.size < 1 || t.count < 1 || (t.view == WHOLE && t.count != 1)) return false;
  return (int64_t)t.offset * UNIT + (int64_t)t.size * t.count <= space[t.space];
}

// A task's rows must exist in every operand; those in LOCAL hold the rows of one task only, from its first on.
static bool taskFits(const Program& p, const Task& t) {
  if (t.first < 0 || t.count < 1 || (int64_t)t.first + t.count > (int64_t)p.calls.size()) return false;
  for (int c = t.first; c < t.first + t.count; c++) {
    const Call& call = p.calls[(size_t)c];
    const int begin = t.end < 0 ? 0 : t.begin, end = t.end < 0 ? call.units : t.end;
    if (begin < 0 || begin >= end || end > call.units || t.part < 0) return false;
    for (int o = 0; o < MAX_OPERANDS; o++) {
      const Tensor* tensor = p.operands[(size_t)c * MAX_OPERANDS + (size_t)o];
      if (!tensor) continue;
      if (tensor->view == PARTS && t.part >= tensor->count) return false;
      if (tensor->view == ROWS && (tensor->space == LOCAL ? end - begin : end) > tensor->count) return false;
    }
  }
  return true;
}

// Reads and checks a plan. Rows of LOCAL operands are counted by tasks, all others by calls.
static Verdict readProgram(const int32_t* words, int64_t count, const float* constants, int64_t constantCount,
                           int64_t stateFloats, const KernelTable& kernels, const std::vector<Table>& tables, Program& p) {
  if (count < HEADER_WORDS || constantCount < 0) return {MALFORMED, 0};
  Words rest(words + HEADER_WORDS, count - HEADER_WORDS);
  if (!rest.take(p.tensors, words[0]) || !rest.take(p.calls, words[1]) || !rest.take(p.tasks, words[2]) ||
      !rest.take(p.phases, words[3]) || !rest.take(p.fed, words[4]) || !rest.take(p.read, words[5]) || !rest.isEmpty())
    return {MALFORMED, 1};
  if (words[6] < 0 || words[7] < 0) return {MALFORMED, 2};
  p.shared = words[6] * UNIT;
  p.local = words[7] * UNIT;
  if (!p.constants.resize(constantCount)) return {NO_MEMORY, 0};
  if (constantCount) memcpy(p.constants.data(), constants, (size_t)constantCount * 4);
  const int64_t space[SPACES] = {stateFloats, constantCount, p.shared, p.local};
  for (size_t i = 0; i < p.tensors.size(); i++)
    if (!lies(p.tensors[i], space)) return {BAD_TENSOR, (int32_t)i};
  for (size_t i = 0; i < p.calls.size(); i++) {
    const Call& call = p.calls[i];
    const Tensor* operands[MAX_OPERANDS];
    Tensor counted[MAX_OPERANDS];
    for (int o = 0; o < MAX_OPERANDS; o++) {
      const int32_t tensor = call.operands[o];
      if (tensor < -1 || tensor >= (int32_t)p.tensors.size()) return {BAD_CALL, (int32_t)i};
      p.operands.push_back(tensor < 0 ? nullptr : &p.tensors[(size_t)tensor]);
      operands[o] = p.operands.back();
      if (operands[o] && operands[o]->space == LOCAL) {
        counted[o] = *operands[o];
        counted[o].count = call.units;
        operands[o] = &counted[o];
      }
    }
    if (call.kernel < 0 || call.kernel >= kernels.count || call.units < 1) return {BAD_CALL, (int32_t)i};
    const Sizes sizes = {&call, operands, tables.data(), (int)tables.size()};
    if (!kernels.kernels[call.kernel].fits(sizes)) return {BAD_CALL, (int32_t)i};
  }
  for (size_t i = 0; i < p.tasks.size(); i++)
    if (!taskFits(p, p.tasks[i])) return {BAD_TASK, (int32_t)i};
  for (const Phase& phase : p.phases)
    if (phase.first < 0 || phase.count < 1 || phase.count > MOST_TASKS || (int64_t)phase.first + phase.count > (int64_t)p.tasks.size())
      return {MALFORMED, 3};
  for (const std::vector<int32_t>* ports : {&p.fed, &p.read})
    for (const int32_t tensor : *ports)
      if (tensor < 0 || tensor >= (int32_t)p.tensors.size() || p.tensors[(size_t)tensor].space != SHARED)
        return {BAD_PORT, tensor};
  for (const int32_t tensor : p.fed) p.fedWords += p.words(tensor);
  for (const int32_t tensor : p.read) p.readWords += p.words(tensor);
  return {FITS, 0};
}
