// Matrix products: y[m][n] = sum over k of a[m][k] * b[k][n], either side read transposed.
#pragma once
#include "../elementwise.h"
#include "background.h"
#include "tile.h"
#include "turn.h"

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
  tiles(grid, rows, n, {1, 1, k, 0, 0, 0, 0, bStride}, a, b, y, {adds, nullptr, false});
}

// The same for b in panels that lie `bPanel` floats apart.
static INLINE void multiplyPacked(const float* a, int64_t aStride, int rows, const float* b, int64_t bPanel, int k, int n, float* y,
                                  int64_t yStride, bool adds) {
  const Grid grid = {INT32_MAX, 0, aStride, 0, yStride};
  const Finish finish = {adds, nullptr, false};
  if (PANEL == VL) return tiles(grid, rows, n, {1, 1, k, 0, 0, 0, 0, PANEL, bPanel}, a, b, y, finish);
  for (int c = 0; c < n; c += PANEL)
    tiles(grid, rows, PANEL, {1, 1, k, 0, 0, 0, 0, PANEL}, a, b + c / PANEL * bPanel, y + c, finish);
}

// wide[k][VL] = b[k][n], and anything behind it, for n < VL. `end` is where b ends.
static INLINE void widen(const float* b, const float* end, int rows, int n, float* wide) {
  for (int i = 0; i < rows; i++, b += n, wide += VL) store(wide, end - b >= VL ? load(b) : load(b, n));
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

// Rows `begin` to `end` of y = a b, or of y = a' b, for less than a vector of columns.
static void multiplyNarrow(const float* a, int m, int begin, int end, const float* b, int k, int n, bool transposeA, float* y) {
  float block[MAX_DEPTH * VL], sums[MAX_LINES * VL], turned[MAX_DEPTH * MAX_LINES];
  int64_t offsets[MAX_LINES];
  for (int i = 0; i < MAX_LINES; i++) offsets[i] = i;
  for (int row = begin; row < end; row += MAX_LINES) {
    const int rows = end - row < MAX_LINES ? end - row : MAX_LINES;
    for (int first = 0; first < k; first += MAX_DEPTH) {
      const int depth = k - first < MAX_DEPTH ? k - first : MAX_DEPTH;
      widen(b + (int64_t)first * n, b + (int64_t)k * n, depth, n, block);
      if (!transposeA) {
        multiplyRows(a + (int64_t)row * k + first, k, rows, block, VL, depth, VL, sums, VL, first > 0);
        continue;
      }
      for (int i = 0; i < depth; i++) memcpy(turned + i * MAX_LINES, a + (int64_t)(first + i) * m + row, (size_t)rows * 4);
      outerProducts<false>({depth, 0, MAX_LINES, 0, VL}, 1, turned, offsets, rows, block, sums, VL, VL, first > 0);
    }
    for (int i = 0; i < rows; i++)
      for (int c = 0; c < n; c++) y[(int64_t)(row - begin + i) * n + c] = sums[i * VL + c];
  }
}

// 0 y by rows, 1 a (by rows, or whole if transposed), 2 b whole; ints: m, k, n, transpose a, transpose b
static void matMulRun(Work& w) {
  const int m = w.integer(0), k = w.integer(1), n = w.integer(2);
  const bool transposeA = w.integer(3), transposeB = w.integer(4);
  const float* b = w.at(2, 0);
  if (!transposeB && n < VL) {
    if (transposeA) multiplyNarrow(w.at(1, 0), m, w.begin, w.end, b, k, n, true, w.at(0, w.begin));
    else multiplyNarrow(w.at(1, w.begin), m, 0, w.end - w.begin, b, k, n, false, w.at(0, w.begin));
    return;
  }
  if (!transposeB) {
    const Background ground = transposeA && n % MASKED_COLUMNS == 0 ? Background::of(w.at(1, 0), (int64_t)k * m, COMMON) : Background{};
    if (ground.isCommon) multiplyTransposedOverGround(ground.value, w.at(1, 0), m, w.begin, w.end, b, k, n, w.at(0, w.begin));
    else if (transposeA) multiplyTransposed(w.at(1, 0), m, w.begin, w.end, b, k, n, w.at(0, w.begin));
    else multiplyRows(w.at(1, w.begin), k, w.end - w.begin, b, n, k, n, w.at(0, w.begin), n, false);
    return;
  }
  for (int row = w.begin; row < w.end; row++) {
    float* y = w.at(0, row);
    const float* a = transposeA ? w.at(1, 0) + row : w.at(1, row);
    const int strideA = transposeA ? m : 1;
    if (transposeB && !transposeA) {
      for (int j = 0; j < n; j++) y[j] = dot(a, b + (int64_t)j * k, k);
    } else {
      for (int j = 0; j < n; j++) {
        float sum = 0;
        for (int i = 0; i < k; i++) sum += a[(int64_t)i * strideA] * b[(int64_t)j * k + i];
        y[j] = sum;
      }
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
  turnRows(b + (int64_t)column * k + first, k, PANEL, depth, p, PANEL);
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
  multiplyPacked(w.at(1, w.begin), k, w.end - w.begin, w.at(2, 0), (int64_t)k * PANEL, k, n, w.at(0, w.begin), n, false);
}

static bool matMulPackedFits(const Sizes& s) {
  const int64_t k = s.integer(0), n = s.integer(1);
  return k > 0 && n > 0 && n % PANEL == 0 && s.isRows(0, n) && s.isRows(1, k) && s.isWhole(2, k * n);
}

// Panels of b that are worked on together, so that neighbouring lines of b are read together.
constexpr int MOST_PANELS = 4;

// All rows of some panels of y, for a b that no cache holds. 0 y whole, 1 a whole, 2 b whole; a row is one or several panels;
// ints: m, k, n, transpose b
static void matMulColumnsRun(Work& w) {
  const int m = w.integer(0), k = w.integer(1), n = w.integer(2), columns = n / w.call->units;
  const bool transposeB = w.integer(3) != 0;
  const float *a = w.at(1, 0), *b = w.at(2, 0);
  float* y = w.at(0, 0);
  // The bits of a row are worth more where more columns share them.
  const Background ground = Background::of(a, (int64_t)m * k, columns % MASKED_COLUMNS == 0 ? COMMON : COMMON_FOR_FEW);
  for (int column = w.begin * columns; column < w.end * columns && ground.isCommon;) {
    const bool isWide = w.end * columns - column >= MASKED_COLUMNS;
    if (isWide) multiplyOverGround<MASKED_COLUMNS / VL>(ground.value, a, m, b, k, n, transposeB, column, y);
    else multiplyOverGround<PANEL / VL>(ground.value, a, m, b, k, n, transposeB, column, y);
    column += isWide ? MASKED_COLUMNS : PANEL;
  }
  if (ground.isCommon) return;
  float panels[MOST_PANELS][MAX_DEPTH * PANEL];
  for (int at = w.begin; at < w.end; at++)
    for (int first = 0; first < k; first += MAX_DEPTH) {
      const int depth = k - first < MAX_DEPTH ? k - first : MAX_DEPTH;
      for (int i = 0; i < columns / PANEL; i++) packPanel(b, k, n, transposeB, at * columns / PANEL + i, first, depth, panels[i]);
      multiplyPacked(a + first, k, m, panels[0], MAX_DEPTH * PANEL, depth, columns, y + (int64_t)at * columns, n, first > 0);
    }
}

static bool matMulColumnsFits(const Sizes& s) {
  const int64_t m = s.integer(0), k = s.integer(1), n = s.integer(2), panels = n / (s.units() * PANEL);
  return m > 0 && k > 0 && n > 0 && panels >= 1 && panels <= MOST_PANELS && n == s.units() * panels * PANEL && s.isWhole(0, m * n) &&
         s.isWhole(1, m * k) && s.isWhole(2, k * n);
}
