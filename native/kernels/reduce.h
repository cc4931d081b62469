// Sums over axes. Every sum has one order, whatever the threads: elements of a row, then rows, then parts.
#pragma once
#include "elementwise.h"

// The axes that are kept and those that are summed over, with their strides in a row of x.
// ints: kept rank, summed rank, kept shape, kept strides, summed shape, summed strides
struct Axes {
  int kept, summed;
  const int32_t *keptShape, *keptStrides, *summedShape, *summedStrides;
  explicit Axes(const int32_t* ints)
      : kept(ints[0]), summed(ints[1]), keptShape(ints + 2), keptStrides(keptShape + kept),
        summedShape(keptStrides + kept), summedStrides(summedShape + summed) {}
};

// sum of x over the summed axes, from where a kept element begins
static double sumFrom(const Axes& a, const float* x) {
  const int last = a.summed - 1;
  int index[MAX_RANK] = {};
  double sum = 0;
  for (;;) {
    const int count = a.summedShape[last], stride = a.summedStrides[last];
    for (int i = 0; i < count; i++) sum += x[(int64_t)i * stride];
    int axis = last - 1;
    for (; axis >= 0; axis--) {
      x += a.summedStrides[axis];
      if (++index[axis] < a.summedShape[axis]) break;
      index[axis] = 0;
      x -= (int64_t)a.summedStrides[axis] * a.summedShape[axis];
    }
    if (axis < 0) return sum;
  }
}

// Sums of neighbouring elements: y[c] += x[k * stride + c]
static bool isColumns(const Axes& a) { return a.kept == 1 && a.keptStrides[0] == 1 && a.summed == 1; }

static INLINE void addColumns(const Axes& a, const float* x, float* y) {
  const int columns = a.keptShape[0];
  for (int k = 0; k < a.summedShape[0]; k++) addTo(y, x + (int64_t)k * a.summedStrides[0], columns);
}

// Calls f(element, offset) for each kept element.
template <typename F> static void eachKept(const Axes& a, F f) {
  int64_t count = 1;
  for (int axis = 0; axis < a.kept; axis++) count *= a.keptShape[axis];
  for (int64_t element = 0; element < count; element++) {
    int64_t rest = element, at = 0;
    for (int axis = a.kept - 1; axis >= 0; axis--) {
      at += rest % a.keptShape[axis] * a.keptStrides[axis];
      rest /= a.keptShape[axis];
    }
    f(element, at);
  }
}

// y[kept] = sum of x[kept, summed], for each row. 0 y, 1 x
static void sumRowsRun(Work& w) {
  const Axes axes(w.call->ints);
  for (int row = w.begin; row < w.end; row++) {
    const float* x = w.at(1, row);
    float* y = w.at(0, row);
    if (isColumns(axes)) {
      memset(y, 0, (size_t)w.size(0) * 4);
      addColumns(axes, x, y);
    } else {
      eachKept(axes, [&](int64_t element, int64_t at) { y[element] = (float)sumFrom(axes, x + at); });
    }
  }
}

// y[part][kept] = sum of x[row, kept, summed] over the rows of a part. 0 y by parts, 1 x
static void sumPartsRun(Work& w) {
  const Axes axes(w.call->ints);
  float* y = w.at(0, w.part);
  memset(y, 0, (size_t)w.size(0) * 4);
  for (int row = w.begin; row < w.end; row++) {
    const float* x = w.at(1, row);
    if (isColumns(axes)) addColumns(axes, x, y);
    else eachKept(axes, [&](int64_t element, int64_t at) { y[element] += (float)sumFrom(axes, x + at); });
  }
}

static bool axesFit(const Sizes& s) {
  const int kept = (int)s.integer(0), summed = (int)s.integer(1);
  if (kept < 0 || kept > MAX_RANK || summed < 1 || summed > MAX_RANK) return false;
  const int shape = 2 + 2 * kept;
  const int64_t reachKept = reach(s, kept, 2, 2 + kept), reachSummed = reach(s, summed, shape, shape + summed);
  return reachKept > 0 && reachSummed > 0 && product(s, summed, shape) > 0 && covers(s, 1, reachKept + reachSummed - 1) &&
         s.has(0) && s.size(0) == product(s, kept, 2);
}

static bool sumRowsFits(const Sizes& s) { return axesFit(s) && s.isRows(0, s.size(0)); }
static bool sumPartsFits(const Sizes& s) { return axesFit(s) && s.view(0) == PARTS; }

// y[row] = sum of x[part][row] over parts, in their order. 0 y, 1 x whole; ints: parts, rows of a part
static void mergePartsRun(Work& w) {
  const int parts = w.integer(0), size = w.size(0);
  const int64_t stride = (int64_t)w.call->units * size;
  for (int row = w.begin; row < w.end; row++) {
    float* y = w.at(0, row);
    const float* x = w.at(1, 0) + (int64_t)row * size;
    memcpy(y, x, (size_t)size * 4);
    for (int part = 1; part < parts; part++) addTo(y, x + part * stride, size);
  }
}

static bool mergePartsFits(const Sizes& s) {
  return s.integer(0) >= 1 && s.has(0) && s.isRows(0, s.size(0)) && s.isWhole(1, s.integer(0) * s.units() * s.size(0));
}
