// Register tiles: P positions by V vectors of sums stay in registers while their terms go by.
// y[p][v] = sum over elements e and k of x(p, e)[k] * w[e][k][v]
#pragma once
#include "simd.h"

// Positions and vectors of a tile, as many as leave registers for the factors.
constexpr int TILE_VECTORS = 2;
constexpr int TILE_POSITIONS = VL == 16 ? 12 : 6;

// What stands for positions outside of an image.
constexpr int MAX_ZEROS = 2048;
static const float ZEROS[MAX_ZEROS] = {};

// One tile. `from(p, e)` is where position p reads element e; weights of an element lie `wElement` floats apart, those of
// a k `wRow`. Positions from `count` on repeat the last one, and are not stored.
template <int P, int V, typename From>
static INLINE void tile(From from, int elements, int depth, const float* w, int64_t wElement, int64_t wRow, float* y,
                        int64_t yStride, int count) {
  vf sums[P][V] = {};
  for (int e = 0; e < elements; e++) {
    const float* x[P];
    for (int p = 0; p < P; p++) x[p] = from(p < count ? p : count - 1, e);
    const float* row = w + e * wElement;
    for (int k = 0; k < depth; k++, row += wRow) {
      vf factors[V];
#pragma GCC unroll 4
      for (int v = 0; v < V; v++) factors[v] = load(row + v * VL);
#pragma GCC unroll 16
      for (int p = 0; p < P; p++) {
        const vf value = splat(x[p][k]);
#pragma GCC unroll 4
        for (int v = 0; v < V; v++) sums[p][v] += value * factors[v];
      }
    }
  }
#pragma GCC unroll 16
  for (int p = 0; p < P; p++) {
    if (p >= count) break;
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) store(y + p * yStride + v * VL, sums[p][v]);
  }
}

// All of `positions` by `columns`, which must be a multiple of VL.
template <typename From>
static void tiles(From from, int positions, int columns, int elements, int depth, const float* w, int64_t wElement,
                  int64_t wRow, float* y, int64_t yStride) {
  for (int c = 0; c < columns;) {
    const bool isWide = columns - c >= TILE_VECTORS * VL;
    for (int p = 0; p < positions; p += TILE_POSITIONS) {
      const int count = positions - p < TILE_POSITIONS ? positions - p : TILE_POSITIONS;
      const auto at = [&](int q, int e) { return from(p + q, e); };
      float* to = y + p * yStride + c;
      if (isWide) tile<TILE_POSITIONS, TILE_VECTORS>(at, elements, depth, w + c, wElement, wRow, to, yStride, count);
      else tile<TILE_POSITIONS, 1>(at, elements, depth, w + c, wElement, wRow, to, yStride, count);
    }
    c += isWide ? TILE_VECTORS * VL : VL;
  }
}

// sums[i][v] += x[i] * d[v] over a stretch of positions: the outer products that filters and matrices gather
template <int I, int V>
static INLINE void outerProducts(vf (&sums)[I][V], const float* x, int64_t xStride, const float* d, int64_t dStride, int count) {
  for (int p = 0; p < count; p++, x += xStride, d += dStride) {
    vf factors[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) factors[v] = load(d + v * VL);
#pragma GCC unroll 16
    for (int i = 0; i < I; i++) {
      const vf value = splat(x[i]);
#pragma GCC unroll 4
      for (int v = 0; v < V; v++) sums[i][v] += value * factors[v];
    }
  }
}
