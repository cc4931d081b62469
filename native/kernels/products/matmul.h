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

// The same for any number of columns: the last panel may have fewer than others.
static void multiplyPanels(const float* a, int64_t aStride, int rows, const float* b, int64_t bPanel, int k, int n, float* y,
                           int64_t yStride, bool adds) {
  const int whole = n / PANEL * PANEL;
  if (whole > 0) multiplyPacked(a, aStride, rows, b, bPanel, k, whole, y, yStride, adds);
  float sums[MAX_LINES * PANEL];
  for (int row = 0; row < rows && whole < n; row += MAX_LINES) {
    const int count = rows - row < MAX_LINES ? rows - row : MAX_LINES;
    multiplyPacked(a + row * aStride, aStride, count, b + whole / PANEL * bPanel, bPanel, k, PANEL, sums, PANEL, false);
    for (int i = 0; i < count; i++)
      for (int c = whole; c < n; c++) {
        float& to = y[(row + i) * yStride + c];
        to = adds ? to + sums[i * PANEL + c - whole] : sums[i * PANEL + c - whole];
      }
  }
}

// p[j][c] = b[first + j][16 panel + c], from b or from its transposed [n][k]; 0 behind the last column.
static INLINE void packPanel(const float* b, int k, int n, bool isTransposed, int panel, int first, int depth, float* p) {
  const int column = panel * PANEL, columns = n - column < PANEL ? n - column : PANEL;
  if (columns < PANEL) memset(p, 0, (size_t)depth * PANEL * 4);
  if (isTransposed) return turnRows(b + (int64_t)column * k + first, k, columns, depth, p, PANEL);
  const float* from = b + (int64_t)first * n + column;
  for (int j = 0; j < depth && columns == PANEL; j++) memcpy(p + j * PANEL, from + (int64_t)j * n, PANEL * 4);
  for (int j = 0; j < depth && columns < PANEL; j++) memcpy(p + j * PANEL, from + (int64_t)j * n, (size_t)columns * 4);
}

// p[panel][k][c] = b[k][16 panel + c]. 0 p by rows, which are panels, 1 b whole; ints: k, n, transpose b
static void packColumnsRun(Work& w) {
  const int k = w.integer(0);
  for (int panel = w.begin; panel < w.end; panel++)
    packPanel(w.at(1, 0), k, w.integer(1), w.integer(2) != 0, panel, 0, k, w.at(0, panel));
}

static INLINE int64_t panelsOf(int64_t n) { return (n + PANEL - 1) / PANEL; }

static bool packColumnsFits(const Sizes& s) {
  const int64_t k = s.integer(0), n = s.integer(1);
  return k > 0 && n > 0 && panelsOf(n) == s.units() && s.isRows(0, k * PANEL) && s.isWhole(1, k * n);
}

// y = a b for b in panels. 0 y, 1 a, 2 p whole; ints: k, n
static void matMulPackedRun(Work& w) {
  const int k = w.integer(0), n = w.integer(1);
  multiplyPanels(w.at(1, w.begin), k, w.end - w.begin, w.at(2, 0), (int64_t)k * PANEL, k, n, w.at(0, w.begin), n, false);
}

static bool matMulPackedFits(const Sizes& s) {
  const int64_t k = s.integer(0), n = s.integer(1);
  return k > 0 && n > 0 && s.isRows(0, n) && s.isRows(1, k) && s.isWhole(2, k * panelsOf(n) * PANEL);
}

// Panels of b that are worked on together, so that neighbouring lines of b are read together.
constexpr int MOST_PANELS = 4;

// Columns `begin` to `end` of a stretch, at most MOST_PANELS of them.
static void multiplyColumns(const Stretch& s, int begin, int end) {
  float panels[MOST_PANELS][MAX_DEPTH * PANEL];
  for (int first = s.from; first < s.to; first += MAX_DEPTH) {
    const int depth = s.to - first < MAX_DEPTH ? s.to - first : MAX_DEPTH;
    for (int column = begin; column < end; column += PANEL)
      packPanel(s.b, s.k, s.n, s.transposeB, column / PANEL, first, depth, panels[(column - begin) / PANEL]);
    multiplyPanels(s.a + first, s.k, s.m, panels[0], MAX_DEPTH * PANEL, depth, end - begin, s.y + begin, s.n, first > s.from);
  }
}

// The same where the left side is background for the most part.
static void multiplyColumnsOverGround(float ground, const Stretch& s, int begin, int end) {
  for (int column = begin; column < end;) {
    const int left = end - column, columns = left >= MASKED_COLUMNS ? MASKED_COLUMNS : left < PANEL ? left : PANEL;
    if (columns == MASKED_COLUMNS) multiplyOverGround<MASKED_COLUMNS / VL>(ground, s, column);
    else if (columns == PANEL) multiplyOverGround<PANEL / VL>(ground, s, column);
    else multiplyColumns(s, column, end);
    column += columns;
  }
}

// y[group] = a b for the k of a group, all rows of some panels, for a b that no cache holds. 0 y whole, 1 a whole, 2 b whole;
// a row is some panels of a group; ints: m, k, n, transpose b, groups of k, panels of a row
static void matMulColumnsRun(Work& w) {
  const int m = w.integer(0), k = w.integer(1), n = w.integer(2), groups = w.integer(4);
  const int rows = w.call->units / groups, columns = w.integer(5) * PANEL;
  const float* a = w.at(1, 0);
  // The bits of a row are worth more where more columns share them.
  const Background ground = Background::of(a, (int64_t)m * k, columns % MASKED_COLUMNS == 0 ? COMMON : COMMON_FOR_FEW);
  for (int at = w.begin; at < w.end; at++) {
    const int group = at / rows, begin = at % rows * columns, end = n - begin < columns ? n : begin + columns;
    const int from = (int)((int64_t)k * group / groups), to = (int)((int64_t)k * (group + 1) / groups);
    const Stretch s = {a, w.at(2, 0), m, k, n, w.integer(3) != 0, from, to, w.at(0, 0) + (int64_t)group * m * n};
    if (ground.isCommon) multiplyColumnsOverGround(ground.value, s, begin, end);
    else multiplyColumns(s, begin, end);
  }
}

static bool matMulColumnsFits(const Sizes& s) {
  const int64_t m = s.integer(0), k = s.integer(1), n = s.integer(2), groups = s.integer(4), panels = s.integer(5);
  if (m < 1 || k < 1 || n < 1 || groups < 1 || groups > k || panels < 1 || panels > MOST_PANELS) return false;
  return s.units() == groups * ((panelsOf(n) + panels - 1) / panels) && s.isWhole(0, groups * m * n) && s.isWhole(1, m * k) &&
         s.isWhole(2, k * n);
}
