// Matrix products: y[m][n] = sum over k of a[m][k] * b[k][n], either side read transposed.
#pragma once
#include "elementwise.h"
#include "tile.h"

// The columns that fill vectors by tiles, the others one by one.
static void matMulTiled(Work& w, int k, int n, int strideA, bool transposeA) {
  const float* b = w.at(2, 0);
  const int whole = n / VL * VL;
  const int64_t strideY = n;
  if (transposeA) {
    for (int row = w.begin; row < w.end;) {
      const int count = w.end - row >= TILE_POSITIONS ? TILE_POSITIONS : 1;
      const float* a = w.at(1, 0) + row;
      for (int c = 0; c < whole;) {
        const bool isWide = count > 1 && whole - c >= TILE_VECTORS * VL;
        const auto sum = [&](auto& sums) {
          constexpr int I = sizeof sums / sizeof *sums, V = sizeof *sums / sizeof **sums;
          outerProducts(sums, a, strideA, b + c, n, k);
          for (int i = 0; i < I; i++)
            for (int v = 0; v < V; v++) store(w.at(0, row + i) + c + v * VL, sums[i][v]);
          c += V * VL;
        };
        if (isWide) { vf sums[TILE_POSITIONS][TILE_VECTORS] = {}; sum(sums); }
        else if (count > 1) { vf sums[TILE_POSITIONS][1] = {}; sum(sums); }
        else { vf sums[1][1] = {}; sum(sums); }
      }
      row += count;
    }
  } else {
    const auto from = [&](int p, int) -> const float* { return w.at(1, w.begin + p); };
    tiles(from, w.end - w.begin, whole, 1, k, b, 0, n, w.at(0, w.begin), strideY);
  }
  for (int row = w.begin; row < w.end; row++)
    for (int j = whole; j < n; j++) {
      const float* a = transposeA ? w.at(1, 0) + row : w.at(1, row);
      float sum = 0;
      for (int i = 0; i < k; i++) sum += a[(int64_t)i * strideA] * b[(int64_t)i * n + j];
      w.at(0, row)[j] = sum;
    }
}

// 0 y by rows, 1 a (by rows, or whole if transposed), 2 b whole; ints: m, k, n, transpose a, transpose b
static void matMulRun(Work& w) {
  const int m = w.integer(0), k = w.integer(1), n = w.integer(2);
  const bool transposeA = w.integer(3), transposeB = w.integer(4);
  const float* b = w.at(2, 0);
  if (!transposeB && n >= VL) return matMulTiled(w, k, n, transposeA ? m : 1, transposeA);
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
