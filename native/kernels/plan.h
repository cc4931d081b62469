// The plan that TypeScript hands over, in words of 32 bits: tensors with places, calls of kernels, tasks, phases.
// All kernels see tensors by rows: a row is a sample of the batch, or the whole tensor.
#pragma once
#include <cstdint>

// The version of this form, of the functions in engine.cpp and of the kernels' operands, and that of
// ml/engines/native/library.ts: a library of an older set-up is found when it is loaded.
constexpr int32_t ABI_VERSION = 9;

// The memory that a tensor lies in. Every thread has a LOCAL of its own.
enum Space : int32_t { STATE = 0, CONSTANT = 1, SHARED = 2, LOCAL = 3, SPACES = 4 };

// The way a call sees a tensor: as a whole, by rows, or as one copy for each part of the rows.
enum View : int32_t { WHOLE = 0, ROWS = 1, PARTS = 2 };

// Offsets are in units of 16 floats. `size` counts the floats of a row, of a part, or of the whole; `count` the rows
// or parts.
struct Tensor {
  int32_t space, view, offset, size, count;
};

constexpr int MAX_OPERANDS = 9, MAX_INTS = 30, MAX_FLOATS = 4;

// A kernel applied to rows 0 to `units`. Operands are outputs first; -1 is none.
struct Call {
  int32_t kernel, units;
  int32_t operands[MAX_OPERANDS];
  int32_t ints[MAX_INTS];
  float floats[MAX_FLOATS];
};

// Calls `first` to `first + count`, on rows `begin` to `end`, or each on all its rows if `end` is -1.
struct Task {
  int32_t first, count, begin, end, part;
};

// Tasks that may run side by side; each thread begins with its last one if `isBackward`. A phase begins when the one before
// it has ended.
struct Phase {
  int32_t first, count, isBackward;
};

// A tensor that is filled before each step, or read after it.
struct Port {
  int32_t tensor;
};

// The samples that gather reads: bytes or int32, owned by the caller.
struct Table {
  const void* data;
  int64_t rows;
  int32_t rowSize, isBytes;
};
