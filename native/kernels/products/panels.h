// Products of panels, [position][16 channels] that follow each other: y[i][o] = sum over positions p of a[p][i] * b[p][o], and
// of rows with a panel: y[p][o] = sum over k of a[p][k] * b[k][o].
#pragma once
#include "matmul.h"

// Vectors of a panel that are worked on together; and lines of a panel, in as few groups as registers allow.
constexpr int PANEL_VECTORS = PANEL / VL < 2 ? 1 : 2;
constexpr int PANEL_GROUPS = VL == 16 ? 1 : 3;

// Lines `from` to `from + LINES` of y, after what is there if `adds`.
template <int LINES>
static void panelLines(const float* a, const float* b, int positions, float* y, int64_t yStride, bool adds) {
  vf sums[LINES][PANEL_VECTORS] = {};
  for (int p = 0; p < positions; p++, a += PANEL, b += PANEL) {
    vf factors[PANEL_VECTORS];
#pragma GCC unroll 2
    for (int v = 0; v < PANEL_VECTORS; v++) factors[v] = load(b + v * VL);
#pragma GCC unroll 16
    for (int i = 0; i < LINES; i++) {
#pragma GCC unroll 2
      for (int v = 0; v < PANEL_VECTORS; v++) sums[i][v] += splat(a[i]) * factors[v];
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < LINES; i++) {
#pragma GCC unroll 2
    for (int v = 0; v < PANEL_VECTORS; v++) {
      float* to = y + i * yStride + v * VL;
      store(to, adds ? load(to) + sums[i][v] : sums[i][v]);
    }
  }
}

// All 16 lines and columns of y for a panel of a and one of b.
static void multiplyPanels(const float* a, const float* b, int positions, float* y, int64_t yStride, bool adds) {
  for (int column = 0; column < PANEL; column += PANEL_VECTORS * VL) {
    const float* from = b + column;
    float* to = y + column;
    if (PANEL_GROUPS == 1) panelLines<PANEL>(a, from, positions, to, yStride, adds);
    else {
      panelLines<5>(a, from, positions, to, yStride, adds);
      panelLines<5>(a + 5, from, positions, to + 5 * yStride, yStride, adds);
      panelLines<6>(a + 10, from, positions, to + 10 * yStride, yStride, adds);
    }
  }
}

// Vectors of columns that rows are multiplied with together: of several panels where a panel is a vector.
constexpr int ROW_VECTORS = PANEL == VL ? WIDE_VECTORS : PANEL_VECTORS;

// Positions `POSITIONS` of y[p][c] = sum over k of a[p][k] * b[k][c] for vectors of b that lie `bVector` floats apart.
template <int POSITIONS, int VECTORS>
static INLINE void panelPositions(const float* a, int64_t aStride, const float* b, int64_t bVector, int depth, float* y, int64_t yStride) {
  vf sums[POSITIONS][VECTORS] = {};
  const float* from[POSITIONS];
  for (int p = 0; p < POSITIONS; p++) from[p] = a + p * aStride;
  for (int k = 0; k < depth; k++, b += PANEL) {
    vf factors[VECTORS];
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; v++) factors[v] = load(b + v * bVector);
#pragma GCC unroll 16
    for (int p = 0; p < POSITIONS; p++) {
#pragma GCC unroll 4
      for (int v = 0; v < VECTORS; v++) sums[p][v] += splat(from[p][k]) * factors[v];
    }
  }
#pragma GCC unroll 16
  for (int p = 0; p < POSITIONS; p++) {
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; v++) store(y + p * yStride + v * VL, sums[p][v]);
  }
}

template <int VECTORS>
static void allPositions(const float* a, int64_t aStride, int rows, const float* b, int64_t bVector, int depth, float* y, int64_t yStride) {
  constexpr int MOST = VECTORS > TILE_VECTORS ? TILE_POSITIONS / 2 : TILE_POSITIONS;
  int p = 0;
  const auto rest = [&](int positions) { return rows - p >= positions; };
  for (; rest(MOST); p += MOST) panelPositions<MOST, VECTORS>(a + p * aStride, aStride, b, bVector, depth, y + p * yStride, yStride);
  for (; rest(MOST / 2); p += MOST / 2)
    panelPositions<MOST / 2, VECTORS>(a + p * aStride, aStride, b, bVector, depth, y + p * yStride, yStride);
  for (; rest(1); p++) panelPositions<1, VECTORS>(a + p * aStride, aStride, b, bVector, depth, y + p * yStride, yStride);
}

// y[p][c] for all rows p of a and all `columns` c of panels of b, which lie `bPanel` floats apart.
static void multiplyByPanels(const float* a, int64_t aStride, int rows, const float* b, int64_t bPanel, int depth, int columns, float* y,
                             int64_t yStride) {
  const int64_t bVector = PANEL == VL ? bPanel : VL;
  for (int c = 0; c < columns;) {
    const float* from = b + c / PANEL * bPanel + c % PANEL;
    const int vectors = (columns - c) / VL;
    if (vectors >= ROW_VECTORS) allPositions<ROW_VECTORS>(a, aStride, rows, from, bVector, depth, y + c, yStride), c += ROW_VECTORS * VL;
    else if (vectors >= TILE_VECTORS) allPositions<TILE_VECTORS>(a, aStride, rows, from, bVector, depth, y + c, yStride), c += TILE_VECTORS * VL;
    else allPositions<1>(a, aStride, rows, from, bVector, depth, y + c, yStride), c += VL;
  }
}
