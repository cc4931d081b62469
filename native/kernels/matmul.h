// Matrix products: y[m][n] = sum over k of a[m][k] * b[k][n], either side read transposed.
#pragma once
#include "elementwise.h"

// 0 y by rows, 1 a (by rows, or whole if transposed), 2 b whole; ints: m, k, n, transpose a, transpose b
static void matMulRun(Work& w) {
  const int m = w.integer(0), k = w.integer(1), n = w.integer(2);
  const bool transposeA = w.integer(3), transposeB = w.integer(4);
  const float* b = w.at(2, 0);
  for (int row = w.begin; row < w.end; row++) {
    float* y = w.at(0, row);
    const float* a = transposeA ? w.at(1, 0) + row : w.at(1, row);
    const int strideA = transposeA ? m : 1;
    if (transposeB && !transposeA) {
      for (int j = 0; j < n; j++) y[j] = dot(a, b + (int64_t)j * k, k);
    } else if (transposeB) {
      for (int j = 0; j < n; j++) {
        float sum = 0;
        for (int i = 0; i < k; i++) sum += a[(int64_t)i * strideA] * b[(int64_t)j * k + i];
        y[j] = sum;
      }
    } else {
      memset(y, 0, (size_t)n * 4);
      for (int i = 0; i < k; i++) addScaled(y, a[(int64_t)i * strideA], b + (int64_t)i * n, n);
    }
  }
}

static bool matMulFits(const Sizes& s) {
  const int64_t m = s.integer(0), k = s.integer(1), n = s.integer(2);
  if (m < 1 || k < 1 || n < 1 || m < s.units()) return false;
  return s.isRows(0, n) && (s.integer(3) ? s.isWhole(1, m * k) : s.isRows(1, k)) && s.isWhole(2, k * n);
}
