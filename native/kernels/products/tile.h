// Register tiles: P positions by V vectors of sums stay in registers while their terms go by.
#pragma once
#include "../simd.h"

// Positions and vectors of the largest tile, as many as leave registers for the factors.
constexpr int TILE_VECTORS = 2;
#if defined(__aarch64__)
constexpr int TILE_POSITIONS = 12;
#else
constexpr int TILE_POSITIONS = VL == 16 ? 12 : 6;
#endif
// Where there are columns for it, half the positions by twice the vectors: fewer numbers of x are loaded.
constexpr int WIDE_VECTORS = VL == 16 ? 2 * TILE_VECTORS : TILE_VECTORS;

// The terms of a sum: elements in rows and columns, each of `depth` numbers, with the floats from one to the next.
struct Terms {
  int rows, columns, depth;
  int64_t xRow, xColumn, wRow, wColumn, wDepth;
  int64_t wVector = VL;  // more where each vector of columns is a panel of its own
  int64_t wAt(int column) const { return wVector == VL ? column : column / VL * wVector; }
};

// Positions in rows of `columns`, with the floats from one to the next, in x and in y.
struct Grid {
  int columns;
  int64_t xRow, xColumn, yRow, yColumn;
};

// What is done to sums before they are stored: `adds` to what is there, then a bias for each column, then max(0, y).
struct Finish {
  bool adds;
  const float* bias;
  bool isRelu;
};

// A position that goes through a grid.
struct Cursor {
  const Grid& g;
  const float *x, *lineX;
  float *y, *lineY;
  int column = 0;
  Cursor(const Grid& g, const float* x, float* y) : g(g), x(x), lineX(x), y(y), lineY(y) {}
  INLINE void advance() {
    if (++column < g.columns) {
      x += g.xColumn;
      y += g.yColumn;
    } else {
      column = 0;
      x = lineX += g.xRow;
      y = lineY += g.yRow;
    }
  }
};

// y[p][v] = sum over rows a, columns b and k of x[p][a][b][k] * w[a][b][k][v]. Positions from `count` on repeat the last.
template <int P, int V>
static INLINE void tile(Cursor& cursor, int count, const Terms& t, const float* w, const Finish& finish, int column) {
  const float* x[P];
  float* y[P];
  for (int p = 0; p < P; p++) {
    x[p] = cursor.x;
    y[p] = cursor.y;
    for (int v = 0; v < V; v++) fetchToWrite(y[p] + v * VL);
    if (p + 1 < count) cursor.advance();
  }
  cursor.advance();
  const int64_t wVector = VL == 16 ? t.wVector : VL;
  vf sums[P][V] = {};
  for (int a = 0; a < t.rows; a++)
    for (int b = 0; b < t.columns; b++) {
      const float* row = w + a * t.wRow + b * t.wColumn;
      const int64_t off = a * t.xRow + b * t.xColumn;
      for (int64_t k = off; k < off + t.depth; k++, row += t.wDepth) {
        vf factors[V];
#pragma GCC unroll 4
        for (int v = 0; v < V; v++) factors[v] = load(row + v * wVector);
#pragma GCC unroll 16
        for (int p = 0; p < P; p++) {
#pragma GCC unroll 4
          for (int v = 0; v < V; v++) sums[p][v] += splat(x[p][k]) * factors[v];
        }
      }
    }
#pragma GCC unroll 16
  for (int p = 0; p < P; p++) {
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) {
      vf sum = sums[p][v];
      if (p >= count) break;
      if (finish.adds) sum += load(y[p] + v * VL);
      if (finish.bias) sum += load(finish.bias + column + v * VL);
      if (finish.isRelu) sum = sum < 0 ? (vf){} : sum;
      store(y[p] + v * VL, sum);
    }
  }
}

template <int V>
static void tileColumns(Cursor cursor, int positions, const Terms& t, const float* w, const Finish& finish, int column) {
  for (int left = positions; left > 0;) {
    constexpr int MOST = V > TILE_VECTORS ? TILE_POSITIONS / 2 : TILE_POSITIONS, HALF = (MOST + 3) / 2;
    if (left > HALF) tile<MOST, V>(cursor, left < MOST ? left : MOST, t, w, finish, column), left -= MOST;
    else if (left > 2) tile<HALF, V>(cursor, left < HALF ? left : HALF, t, w, finish, column), left -= HALF;
    else tile<2, V>(cursor, left < 2 ? left : 2, t, w, finish, column), left -= 2;
  }
}

// All of `positions` by `columns`, of which there must be VL at least: the last vector may overlap the one before it, and
// computes the same once more. Sums that are added to must have columns that are a multiple of VL.
static void tiles(const Grid& g, int positions, int columns, const Terms& t, const float* x, const float* w, float* y,
                  const Finish& finish) {
  for (int c = 0; c < columns;) {
    const int vectors = (columns - c) / VL, column = vectors > 0 ? c : columns - VL;
    const Cursor cursor(g, x, y + column);
    const float* from = w + t.wAt(column);
    if (vectors >= WIDE_VECTORS) tileColumns<WIDE_VECTORS>(cursor, positions, t, from, finish, column), c += WIDE_VECTORS * VL;
    else if (vectors >= TILE_VECTORS) tileColumns<TILE_VECTORS>(cursor, positions, t, from, finish, column), c += TILE_VECTORS * VL;
    else tileColumns<1>(cursor, positions, t, from, finish, column), c += VL;
  }
}

// LANES: each column has a number of x of its own; otherwise one number goes to all columns.
template <bool LANES> static INLINE vf factorOf(const float* x, int lane) { return LANES ? load(x + lane) : splat(*x); }

// y[i][v] = sum over positions of x[p][offset i] * d[p][v], after what is there if `adds`; the grid's y is d. The first
// `skipped` lanes are left as they are.
template <int I, int V, bool LANES>
static INLINE void outerTile(const Grid& g, int lines, const float* x, const int64_t* offsets, int count, const float* d,
                             float* y, int64_t yStride, bool adds, int skipped) {
  vi kept = {};
  for (int lane = 0; lane < VL; lane++) kept[lane] = lane < skipped ? 0 : -1;
  vf sums[I][V] = {};
  int64_t off[I];
  float* to[I];
  for (int i = 0; i < I; i++) {
    const int at = i < count ? i : count - 1;
    off[i] = offsets[at];
    to[i] = y + at * yStride;
  }
  for (int line = 0; line < lines; line++, x += g.xRow, d += g.yRow) {
    const float *xp = x, *dp = d;
    for (int p = 0; p < g.columns; p++, xp += g.xColumn, dp += g.yColumn) {
      vf factors[V];
#pragma GCC unroll 4
      for (int v = 0; v < V; v++) factors[v] = load(dp + v * VL);
      if (V == 1) factors[0] = (vf)((vi)factors[0] & kept);
#pragma GCC unroll 16
      for (int i = 0; i < I; i++) {
#pragma GCC unroll 4
        for (int v = 0; v < V; v++) sums[i][v] += factorOf<LANES>(xp + off[i], v * VL) * factors[v];
      }
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < I; i++) {
    if (i >= count) break;
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) store(to[i] + v * VL, adds ? load(to[i] + v * VL) + sums[i][v] : sums[i][v]);
  }
}

template <int V, bool LANES>
static void outerRows(const Grid& g, int lines, const float* x, const int64_t* offsets, int count, const float* d, float* y,
                      int64_t yStride, bool adds, int skipped) {
  for (int i = 0; i < count;) {
    constexpr int HALF = (TILE_POSITIONS + 3) / 2;
    const int left = count - i;
    float* to = y + i * yStride;
    if (LANES && VL == 16 && left == 9) outerTile<9, V, LANES>(g, lines, x, offsets + i, 9, d, to, yStride, adds, skipped), i += 9;
    else if (left > HALF) outerTile<TILE_POSITIONS, V, LANES>(g, lines, x, offsets + i, left < TILE_POSITIONS ? left : TILE_POSITIONS, d, to, yStride, adds, skipped), i += TILE_POSITIONS;
    else if (left > 2) outerTile<HALF, V, LANES>(g, lines, x, offsets + i, left < HALF ? left : HALF, d, to, yStride, adds, skipped), i += HALF;
    else outerTile<2, V, LANES>(g, lines, x, offsets + i, left < 2 ? left : 2, d, to, yStride, adds, skipped), i += 2;
  }
}

// All of `count` offsets by `columns`, of which there must be VL at least.
template <bool LANES>
static void outerProducts(const Grid& g, int lines, const float* x, const int64_t* offsets, int count, const float* d, float* y,
                          int64_t yStride, int columns, bool adds) {
  for (int c = 0; c < columns;) {
    const bool isWide = columns - c >= TILE_VECTORS * VL;
    const int column = isWide || columns - c >= VL ? c : columns - VL;
    const float* from = x + (LANES ? column : 0);
    if (isWide) outerRows<TILE_VECTORS, LANES>(g, lines, from, offsets, count, d + column, y + column, yStride, adds, 0);
    else outerRows<1, LANES>(g, lines, from, offsets, count, d + column, y + column, yStride, adds, adds ? c - column : 0);
    c += isWide ? TILE_VECTORS * VL : VL;
  }
}
