// Matrix products: y[m][n] = sum over k of a[m][k] * b[k][n], either side read transposed.
#pragma once
#include "../elementwise.h"
#include "listed.h"
#include "tile.h"

// Columns of b that are packed together, a multiple of all vectors.
constexpr int PANEL = 16;
// The k that are worked on at a time, so that a panel stays in the first cache.
constexpr int MAX_DEPTH = 192;
// Rows of a transposed left side that are worked on at a time.
constexpr int MAX_LINES = 48;
// The k of which lists are made at a time, so that all of their factors stay in the first cache.
constexpr int LISTED = 112;
// Columns of a right side that is packed for lists.
constexpr int LISTED_COLUMNS = VL == 4 ? 32 : 64;

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

// The same, for an a of which most is background: its other numbers are listed for each row.
static void multiplyTransposedListed(const Background& ground, const float* a, int m, int begin, int end, const float* b, int k, int n, float* y) {
  int32_t at[MAX_LINES * LISTED], ends[MAX_LINES];
  float value[MAX_LINES * LISTED], packed[LISTED * LISTED_COLUMNS];
  for (int row = begin; row < end; row += MAX_LINES, y += (int64_t)MAX_LINES * n) {
    const int rows = end - row < MAX_LINES ? end - row : MAX_LINES;
    for (int first = 0; first < k; first += LISTED) {
      const int depth = k - first < LISTED ? k - first : LISTED;
      for (int i = 0; i < rows; i++) ends[i] = i * LISTED;
      for (int j = 0; j < depth; j++)
        for (int i = 0; i < rows; i++) {
          const float x = a[(int64_t)(first + j) * m + row + i];
          at[ends[i]] = j * LISTED_COLUMNS, value[ends[i]] = x - ground.value;
          ends[i] += x != ground.value;
        }
      for (int c = 0; c < n; c += LISTED_COLUMNS) {
        vf sums[LISTED_COLUMNS / VL] = {};
        for (int j = 0; j < depth; j++) {
          const float* from = b + (int64_t)(first + j) * n + c;
          for (int v = 0; v < LISTED_COLUMNS / VL; v++) {
            const vf x = load(from + v * VL);
            sums[v] += x;
            store(packed + j * LISTED_COLUMNS + v * VL, x);
          }
        }
        for (int i = 0; i < rows; i++) {
          float* to = y + (int64_t)i * n + c;
          for (int v = 0; v < LISTED_COLUMNS / VL; v++) {
            const vf start = ground.value * sums[v];
            store(to + v * VL, first > 0 ? load(to + v * VL) + start : start);
          }
          addTerms<1, LISTED_COLUMNS / VL>(at + i * LISTED, value + i * LISTED, ends[i] - i * LISTED, packed, 0, to, 0);
        }
      }
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
    const Background ground = transposeA && n % LISTED_COLUMNS == 0 ? Background::of(w.at(1, 0), (int64_t)k * m, 0.5f) : Background{};
    if (ground.isCommon) multiplyTransposedListed(ground, w.at(1, 0), m, w.begin, w.end, b, k, n, w.at(0, w.begin));
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
  multiplyPacked(w.at(1, w.begin), k, w.end - w.begin, w.at(2, 0), (int64_t)k * PANEL, k, n, w.at(0, w.begin), n, false);
}

static bool matMulPackedFits(const Sizes& s) {
  const int64_t k = s.integer(0), n = s.integer(1);
  return k > 0 && n > 0 && n % PANEL == 0 && s.isRows(0, n) && s.isRows(1, k) && s.isWhole(2, k * n);
}

// Panels of b that are worked on together, so that neighbouring lines of b are read together.
constexpr int MOST_PANELS = 4;

// The sums of y from panels of b where most of a is 0: the places of its other numbers are listed row by row.
static void multiplySparse(const float* a, int64_t aStride, int rows, const float* b, int64_t bPanel, int depth, int panels, float* y,
                           int64_t yStride, bool adds) {
  constexpr int TOGETHER = VL == 4 ? 2 : MOST_PANELS;
  int32_t at[LISTED + VL];
  vi lanes;
  for (int lane = 0; lane < VL; lane++) lanes[lane] = lane;
  for (int row = 0; row < rows; row++, a += aStride, y += yStride) {
    int count = 0, j = 0;
    for (; j + VL <= depth; j += VL) count += pick(load(a + j) != 0, lanes + j, at + count);
    for (; j < depth; j++) at[count] = j, count += a[j] != 0;
    for (int panel = 0; panel < panels;) {
      const float* from = b + panel * bPanel;
      if (panels - panel >= TOGETHER) addPlaces<TOGETHER, PANEL>(at, a, count, from, bPanel, y + panel * PANEL, adds), panel += TOGETHER;
      else addPlaces<1, PANEL>(at, a, count, from, bPanel, y + panel * PANEL, adds), panel++;
    }
  }
}

// The sums of y from panels of b where most of a is background: its other numbers are listed row by row.
static void multiplyListed(const Background& ground, const float* a, int64_t aStride, int rows, const float* b, int64_t bPanel, int depth,
                           int panels, float* y, int64_t yStride, bool adds) {
  constexpr int VECTORS = PANEL / VL, TOGETHER = VL == 4 ? 2 : MOST_PANELS;
  int32_t at[LISTED + VL];
  float value[LISTED + VL], start[MOST_PANELS * PANEL];
  vi lanes;
  for (int lane = 0; lane < VL; lane++) lanes[lane] = lane * PANEL;
  for (int c = 0; c < panels * PANEL; c += VL) {
    vf sum = {};
    for (int j = 0; j < depth && ground.value != 0; j++) sum += load(b + c / PANEL * bPanel + j * PANEL + c % PANEL);
    store(start + c, ground.value * sum);
  }
  for (int row = 0; row < rows; row++, a += aStride, y += yStride) {
    int count = 0, j = 0;
    for (; j + VL <= depth; j += VL) {
      const vf x = load(a + j);
      count += pick(x != ground.value, lanes + j * PANEL, x - ground.value, at + count, value + count);
    }
    for (; j < depth; j++) at[count] = j * PANEL, value[count] = a[j] - ground.value, count += a[j] != ground.value;
    for (int c = 0; c < panels * PANEL; c += VL) store(y + c, adds ? load(y + c) + load(start + c) : load(start + c));
    for (int panel = 0; panel < panels;) {
      const float* from = b + panel * bPanel;
      if (panels - panel >= TOGETHER) addTerms<TOGETHER, VECTORS>(at, value, count, from, bPanel, y + panel * PANEL, PANEL), panel += TOGETHER;
      else addTerms<1, VECTORS>(at, value, count, from, bPanel, y + panel * PANEL, PANEL), panel++;
    }
  }
}

// All rows of some panels of y, for a b that no cache holds. 0 y whole, 1 a whole, 2 b whole; a row is one or several panels;
// ints: m, k, n, transpose b
static void matMulColumnsRun(Work& w) {
  const int m = w.integer(0), k = w.integer(1), n = w.integer(2), columns = n / w.call->units;
  const int count = columns / PANEL;
  // A list is worth more where more panels share it.
  const Background ground = Background::of(w.at(1, 0), (int64_t)m * k, count == MOST_PANELS ? 0.5f : 0.75f);
  const int most = ground.isCommon ? LISTED : MAX_DEPTH;
  float panels[MOST_PANELS][MAX_DEPTH * PANEL];
  for (int at = w.begin; at < w.end; at++)
    for (int first = 0; first < k; first += most) {
      const int depth = k - first < most ? k - first : most;
      for (int i = 0; i < count; i++) packPanel(w.at(2, 0), k, n, w.integer(3) != 0, at * count + i, first, depth, panels[i]);
      const float* a = w.at(1, 0) + first;
      float* y = w.at(0, 0) + (int64_t)at * columns;
      if (ground.isCommon && ground.value == 0) multiplySparse(a, k, m, panels[0], MAX_DEPTH * PANEL, depth, count, y, n, first > 0);
      else if (ground.isCommon) multiplyListed(ground, a, k, m, panels[0], MAX_DEPTH * PANEL, depth, count, y, n, first > 0);
      else multiplyPacked(a, k, m, panels[0], MAX_DEPTH * PANEL, depth, columns, y, n, first > 0);
    }
}

static bool matMulColumnsFits(const Sizes& s) {
  const int64_t m = s.integer(0), k = s.integer(1), n = s.integer(2), panels = n / (s.units() * PANEL);
  return m > 0 && k > 0 && n > 0 && panels >= 1 && panels <= MOST_PANELS && n == s.units() * panels * PANEL && s.isWhole(0, m * n) &&
         s.isWhole(1, m * k) && s.isWhole(2, k * n);
}
