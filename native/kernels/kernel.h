// What a kernel is given: its call, and where its operands lie.
#pragma once
#include "plan.h"

// Also of the member functions below: the linker would keep one copy of them for all levels.
#define INLINE inline __attribute__((always_inline))

// The reasons why a call cannot be carried out.
enum Fault : int32_t { NONE = 0, BAD_INDEX = 1 };

struct Place {
  char* base;
  int64_t stride;  // bytes from row to row
};

struct Work {
  const Call* call;
  const Tensor* const* tensors;
  const Table* tables;
  Place places[MAX_OPERANDS];
  int begin, end, part;
  int32_t fault, faultValue;

  INLINE float* at(int operand, int64_t row) const { return (float*)(places[operand].base + row * places[operand].stride); }
  INLINE int32_t* intsAt(int operand, int64_t row) const { return (int32_t*)at(operand, row); }
  INLINE int size(int operand) const { return tensors[operand]->size; }
  INLINE int integer(int position) const { return call->ints[position]; }
  INLINE float real(int position) const { return call->floats[position]; }
  INLINE void fail(Fault reason, int32_t value) { fault = reason; faultValue = value; }
};

// What a kernel's check sees of a call before it ever runs: sizes, not numbers.
struct Sizes {
  const Call* call;
  const Tensor* const* tensors;
  const Table* tables;
  int tableCount;

  INLINE bool has(int operand) const { return tensors[operand] != nullptr; }
  INLINE int64_t size(int operand) const { return tensors[operand]->size; }
  INLINE int64_t count(int operand) const { return tensors[operand]->count; }
  INLINE int view(int operand) const { return tensors[operand]->view; }
  INLINE int64_t integer(int position) const { return call->ints[position]; }
  INLINE int64_t units() const { return call->units; }
  INLINE bool isRows(int operand, int64_t size) const {
    return has(operand) && view(operand) == ROWS && tensors[operand]->size == size && count(operand) >= units();
  }
  INLINE bool isWhole(int operand, int64_t size) const {
    return has(operand) && view(operand) == WHOLE && tensors[operand]->size >= size && size >= 0;
  }
  INLINE bool isParts(int operand, int64_t size) const {
    return has(operand) && view(operand) == PARTS && tensors[operand]->size == size;
  }
};

// A kernel. `fits` is false if the call would touch anything outside its operands.
struct Kernel {
  const char* name;
  void (*run)(Work&);
  bool (*fits)(const Sizes&);
};

struct KernelTable {
  const Kernel* kernels;
  int count, vectorLength;
};
