// Functions of single numbers: y[i] = f(x[i]) and y[i] = f(a[i], b[i]), where a and b broadcast as in NumPy.
#pragma once
#include "kernel.h"
#include "simd.h"

// ---- one operand: 0 y, 1 x; by rows of one size ----
typedef void (*UnaryLoop)(float* __restrict y, const float* x, int count, float setting);

static void unary(Work& w, UnaryLoop loop) {
  for (int row = w.begin; row < w.end; row++) loop(w.at(0, row), w.at(1, row), w.size(0), w.real(0));
}

static bool unaryFits(const Sizes& s) { return s.has(0) && s.isRows(0, s.size(0)) && s.isRows(1, s.size(0)); }

// ---- two operands: 0 y, 1 a, 2 b; ints: rank, shape, strides of a, strides of b, of a row ----
constexpr int MAX_RANK = 5;

typedef void (*BinaryLoop)(float* __restrict y, const float* a, int strideA, const float* b, int strideB, int count,
                           float setting);

// A stretch of elements, along which an operand goes on or stays.
template <typename F>
static INLINE void eachPair(F f, float* __restrict y, const float* a, int strideA, const float* b, int strideB, int count) {
  if (strideA == 1 && strideB == 1)
    for (int i = 0; i < count; i++) y[i] = f(a[i], b[i]);
  else if (strideA == 1 && strideB == 0)
    for (int i = 0; i < count; i++) y[i] = f(a[i], b[0]);
  else if (strideA == 0 && strideB == 1)
    for (int i = 0; i < count; i++) y[i] = f(a[0], b[i]);
  else
    for (int i = 0; i < count; i++) y[i] = f(a[(int64_t)i * strideA], b[(int64_t)i * strideB]);
}

static void binary(Work& w, BinaryLoop loop) {
  const int32_t* ints = w.call->ints;
  const int rank = ints[0];
  const int32_t *shape = ints + 1, *strideA = shape + rank, *strideB = strideA + rank;
  const int last = rank - 1;
  for (int row = w.begin; row < w.end; row++) {
    const float *a = w.at(1, row), *b = w.at(2, row);
    float* y = w.at(0, row);
    int index[MAX_RANK] = {};
    int64_t atA = 0, atB = 0;
    for (int64_t done = 0; done < w.size(0); done += shape[last]) {
      loop(y + done, a + atA, strideA[last], b + atB, strideB[last], shape[last], w.real(0));
      for (int axis = last - 1; axis >= 0; axis--) {
        atA += strideA[axis]; atB += strideB[axis];
        if (++index[axis] < shape[axis]) break;
        index[axis] = 0;
        atA -= (int64_t)strideA[axis] * shape[axis]; atB -= (int64_t)strideB[axis] * shape[axis];
      }
    }
  }
}

// The number of floats that strides over a shape reach over.
static int64_t reach(const Sizes& s, int rank, int shapeAt, int stridesAt) {
  int64_t most = 1;
  for (int axis = 0; axis < rank; axis++) {
    if (s.integer(shapeAt + axis) < 1 || s.integer(stridesAt + axis) < 0) return -1;
    most += (s.integer(shapeAt + axis) - 1) * s.integer(stridesAt + axis);
  }
  return most;
}

static int64_t product(const Sizes& s, int rank, int shapeAt) {
  int64_t all = 1;
  for (int axis = 0; axis < rank; axis++) {
    all *= s.integer(shapeAt + axis);
    if (all < 1 || all > INT32_MAX) return -1;
  }
  return all;
}

// An operand that is read at most `size` floats from where its rows begin.
static bool covers(const Sizes& s, int operand, int64_t size) {
  return size > 0 && s.has(operand) && s.view(operand) != PARTS && s.size(operand) >= size &&
         (s.view(operand) == WHOLE || s.count(operand) >= s.units());
}

static bool binaryFits(const Sizes& s) {
  const int64_t rank = s.integer(0);
  if (rank < 1 || rank > MAX_RANK) return false;
  return s.isRows(0, product(s, (int)rank, 1)) && covers(s, 1, reach(s, (int)rank, 1, 1 + (int)rank)) &&
         covers(s, 2, reach(s, (int)rank, 1, 1 + 2 * (int)rank));
}

#define UNARY(name, expression)                                                              \
  static void name##Loop(float* __restrict y, const float* from, int count, float setting) { \
    (void)setting;                                                                           \
    for (int i = 0; i < count; i++) {                                                        \
      const float x = from[i];                                                               \
      y[i] = expression;                                                                     \
    }                                                                                        \
  }                                                                                          \
  static void name##Run(Work& w) { unary(w, name##Loop); }

#define BINARY(name, expression)                                                                             \
  static void name##Loop(float* __restrict y, const float* from, int strideA, const float* by, int strideB,  \
                         int count, float setting) {                                                         \
    (void)setting;                                                                                           \
    eachPair([setting](float a, float b) -> float { (void)setting; return expression; }, y, from, strideA, by, strideB, count); \
  }                                                                                                          \
  static void name##Run(Work& w) { binary(w, name##Loop); }

UNARY(sqrt, sqrtf(x))
UNARY(exp, expf(x))
UNARY(expm1, expm1f(x))
UNARY(rsqrt, 1.0f / sqrtf(x))
UNARY(log, logf(x))
UNARY(erf, erff(x))
UNARY(abs, fabsf(x))
UNARY(relu, x < 0 ? 0.0f : x)
UNARY(relu6, x < 0 ? 0.0f : x > 6 ? 6.0f : x)
UNARY(elu, x < 0 ? expm1f(x) : x)
UNARY(sigmoid, 1.0f / (1.0f + expf(-x)))
UNARY(tanh, tanhf(x))
UNARY(copy, x)
UNARY(leakyRelu, x > 0 ? x : setting * x)

BINARY(add, a + b)
BINARY(subtract, a - b)
BINARY(multiply, a * b)
BINARY(divide, a / b)
BINARY(maximum, a > b ? a : b)
BINARY(minimum, a < b ? a : b)
BINARY(equal, a == b ? 1.0f : 0.0f)
// Of a gradient a and an output b.
BINARY(reluGradient, b > 0 ? a : 0.0f)
BINARY(relu6Gradient, b > 0 && b < 6 ? a : 0.0f)
BINARY(eluGradient, b < 0 ? a * (b + 1) : a)
BINARY(sigmoidGradient, a * b * (1 - b))
BINARY(tanhGradient, a * (1 - b * b))
// Of a gradient a and an input b.
BINARY(leakyReluGradient, b > 0 ? a : setting * a)

// y = 1 where two int32 are equal, else 0
static void equalIntsRun(Work& w) {
  for (int row = w.begin; row < w.end; row++) {
    const int32_t *a = w.intsAt(1, row), *b = w.intsAt(2, row);
    float* y = w.at(0, row);
    for (int i = 0; i < w.size(0); i++) y[i] = a[i] == b[i] ? 1.0f : 0.0f;
  }
}

static bool equalIntsFits(const Sizes& s) { return unaryFits(s) && s.isRows(2, s.size(0)); }

static void intsToFloatsRun(Work& w) {
  for (int row = w.begin; row < w.end; row++)
    for (int i = 0; i < w.size(0); i++) w.at(0, row)[i] = (float)w.intsAt(1, row)[i];
}

static void floatsToIntsRun(Work& w) {
  for (int row = w.begin; row < w.end; row++)
    for (int i = 0; i < w.size(0); i++) w.intsAt(0, row)[i] = (int32_t)w.at(1, row)[i];
}
