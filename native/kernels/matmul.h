// Matrix products: y[m][n] = sum over k of a[m][k] * b[k][n], either side read transposed.
#pragma once
#include "elementwise.h"
#include "tile.h"

// Columns of b that are packed together, a multiple of all vectors.
constexpr int PANEL = 16;
// The k that are worked on at a time, so that a panel stays in the first cache.
constexpr int MAX_DEPTH = 192;
// Rows of a transposed left side that are worked on at a time.
constexpr int MAX_LINES = 48;

// y[r][n] = sum over k of a[r][k] * b[k][n] for rows that follow each other.
static INLINE void multiplyRows(const float* a, int64_t aStride, int rows, const float* b, int64_t bStride, int k, int n, float* y,
                                int64_t yStride, bool adds) {
  const Grid grid = {INT32_MAX, 0, aStride, 0, yStride};
  tiles<false>(grid, rows, n, {1, 1, k, 0, 0, 0, 0, bStride}, a, b, y, {adds, nullptr, false});
}

// y[i][n] = sum over k of a[k][i] * b[k][n] for rows i from `begin` on. A block of a is copied, as its columns lie far apart.
static void multiplyTransposed(const float* a, int m, int begin, int end, const float* b, int k, int n, float* y) {
  int64_t offsets[MAX_LINES];
  float block[MAX_DEPTH * MAX_LINES];
  for (int i = 0; i < MAX_LINES; i++) offsets[i] = i;
  for (int row = begin; row < end; row += MAX_LINES, y += (int64_t)MAX_LINES * n) {
    const int rows = end - row < MAX_LINES ? end - row : MAX_LINES;
    for (int first = 0; first < k; first += MAX_DEPTH) {
      const int depth = k - first < MAX_DEPTH ? k - first : MAX_DEPTH;
      for (int i = 0; i < depth; i++) memcpy(block + i * MAX_LINES, a + (int64_t)(first + i) * m + row, (size_t)rows * 4);
      const Grid grid = {depth, 0, MAX_LINES, 0, n};
      outerProducts<false>(grid, 1, block, offsets, rows, b + (int64_t)first * n, y, n, n, first > 0);
    }
  }
}

// 0 y by rows, 1 a (by rows, or whole if transposed), 2 b whole; ints: m, k, n, transpose a, transpose b
static void matMulRun(Work& w) {
  const int m = w.integer(0), k = w.integer(1), n = w.integer(2);
  const bool transposeA = w.integer(3), transposeB = w.integer(4);
  const float* b = w.at(2, 0);
  if (!transposeB && n >= VL) {
    if (transposeA) multiplyTransposed(w.at(1, 0), m, w.begin, w.end, b, k, n, w.at(0, w.begin));
    else multiplyRows(w.at(1, w.begin), k, w.end - w.begin, b, n, k, n, w.at(0, w.begin), n, false);
    return;
  }
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

// p[j][c] = b[first + j][16 panel + c], from b or from its transposed [n][k].
static INLINE void packPanel(const float* b, int k, int n, bool isTransposed, int panel, int first, int depth, float* p) {
  const int column = panel * PANEL;
  if (!isTransposed) {
    for (int j = 0; j < depth; j++) memcpy(p + j * PANEL, b + (int64_t)(first + j) * n + column, PANEL * 4);
    return;
  }
  const float* from = b + (int64_t)column * k + first;
  for (int j = 0; j < depth; j++)
    for (int c = 0; c < PANEL; c++) p[j * PANEL + c] = from[(int64_t)c * k + j];
}

// p[panel][k][c] = b[k][16 panel + c]. 0 p by rows, which are panels, 1 b whole; ints: k, n, transpose b
static void packColumnsRun(Work& w) {
  const int k = w.integer(0);
  for (int panel = w.begin; panel < w.end; panel++)
    packPanel(w.at(1, 0), k, w.integer(1), w.integer(2) != 0, panel, 0, k, w.at(0, panel));
}

static bool packColumnsFits(const Sizes& s) {
  const int64_t k = s.integer(0), n = s.integer(1);
  return k > 0 && n > 0 && n == s.units() * PANEL && s.isRows(0, k * PANEL) && s.isWhole(1, k * n);
}

// y = a b for b in panels. 0 y, 1 a, 2 p whole; ints: k, n
static void matMulPackedRun(Work& w) {
  const int k = w.integer(0), n = w.integer(1);
  for (int c = 0; c < n; c += PANEL)
    multiplyRows(w.at(1, w.begin), k, w.end - w.begin, w.at(2, 0) + (int64_t)c * k, PANEL, k, PANEL, w.at(0, w.begin) + c, n, false);
}

static bool matMulPackedFits(const Sizes& s) {
  const int64_t k = s.integer(0), n = s.integer(1);
  return k > 0 && n > 0 && n % PANEL == 0 && s.isRows(0, n) && s.isRows(1, k) && s.isWhole(2, k * n);
}

// All rows of some panels of y, for a b that no cache holds. 0 y whole, 1 a whole, 2 b whole; a row is a panel;
// ints: m, k, n, transpose b
static void matMulColumnsRun(Work& w) {
  const int m = w.integer(0), k = w.integer(1), n = w.integer(2);
  float panels[2][MAX_DEPTH * PANEL];
  // Two at a time, so that neighbouring lines of b are read together.
  for (int at = w.begin; at < w.end; at += 2)
    for (int first = 0; first < k; first += MAX_DEPTH) {
      const int depth = k - first < MAX_DEPTH ? k - first : MAX_DEPTH, count = w.end - at < 2 ? 1 : 2;
      for (int i = 0; i < count; i++) packPanel(w.at(2, 0), k, n, w.integer(3) != 0, at + i, first, depth, panels[i]);
      for (int i = 0; i < count; i++)
        multiplyRows(w.at(1, 0) + first, k, m, panels[i], PANEL, depth, PANEL, w.at(0, 0) + (at + i) * PANEL, n, first > 0);
    }
}

static bool matMulColumnsFits(const Sizes& s) {
  const int64_t m = s.integer(0), k = s.integer(1), n = s.integer(2);
  return m > 0 && k > 0 && n > 0 && n == s.units() * PANEL && s.isWhole(0, m * n) && s.isWhole(1, m * k) && s.isWhole(2, k * n);
}
