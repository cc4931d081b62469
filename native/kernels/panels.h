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

// Positions `POSITIONS` of y[p][c] = sum over k of a[p][k] * b[k][c] for a panel of b.
template <int POSITIONS>
static INLINE void panelPositions(const float* a, int64_t aStride, const float* b, int depth, float* y, int64_t yStride) {
  vf sums[POSITIONS][PANEL_VECTORS] = {};
  const float* from[POSITIONS];
  for (int p = 0; p < POSITIONS; p++) from[p] = a + p * aStride;
  for (int k = 0; k < depth; k++, b += PANEL) {
    vf factors[PANEL_VECTORS];
#pragma GCC unroll 2
    for (int v = 0; v < PANEL_VECTORS; v++) factors[v] = load(b + v * VL);
#pragma GCC unroll 16
    for (int p = 0; p < POSITIONS; p++) {
#pragma GCC unroll 2
      for (int v = 0; v < PANEL_VECTORS; v++) sums[p][v] += splat(from[p][k]) * factors[v];
    }
  }
#pragma GCC unroll 16
  for (int p = 0; p < POSITIONS; p++) {
#pragma GCC unroll 2
    for (int v = 0; v < PANEL_VECTORS; v++) store(y + p * yStride + v * VL, sums[p][v]);
  }
}

// All positions, of which a has `rows`.
static void multiplyPanel(const float* a, int64_t aStride, int rows, const float* b, int depth, float* y, int64_t yStride) {
  for (int column = 0; column < PANEL; column += PANEL_VECTORS * VL) {
    int p = 0;
    const auto rest = [&](int positions) { return rows - p >= positions; };
    for (; rest(TILE_POSITIONS); p += TILE_POSITIONS)
      panelPositions<TILE_POSITIONS>(a + p * aStride, aStride, b + column, depth, y + p * yStride + column, yStride);
    for (; rest(TILE_POSITIONS / 2); p += TILE_POSITIONS / 2)
      panelPositions<TILE_POSITIONS / 2>(a + p * aStride, aStride, b + column, depth, y + p * yStride + column, yStride);
    for (; rest(1); p++) panelPositions<1>(a + p * aStride, aStride, b + column, depth, y + p * yStride + column, yStride);
  }
}
