// R x R convolutions at stride 1 by Winograd's F(M x M, R x R): y = A' [(G f G') * (B' d B)] A for each tile d of x, where
// * multiplies element by element and adds up over channels. For R = 3 and M = 2, 16 products instead of 36, for M = 4, 36
// instead of 144; for R = 5 and M = 2, 36 instead of 100.
#pragma once
#include "winograd_tiles.h"

// ints behind those of windows: outputs along a tile, tiles of a block
constexpr int TILE_INT = WINDOW_INTS, BLOCK_INT = WINDOW_INTS + 1;

static INLINE int elementsOf(int outputs, int kernel) { return (outputs + kernel - 1) * (outputs + kernel - 1); }

// The outputs along a tile that there are for filters of 3 and 5 lines.
static INLINE bool isScheme(int64_t outputs, int64_t kernel) { return (outputs == 2 && (kernel == 3 || kernel == 5)) || (outputs == 4 && kernel == 3); }

template <int M, int R> static void winogradTiles(Work& w) {
  constexpr int ELEMENTS = (M + R - 1) * (M + R - 1);
  const Windows g(w.call->ints);
  const Tiling<M> tiling(g);
  const int block = w.integer(BLOCK_INT), in = g.channels, out = g.outChannels;
  const int total = (w.end - w.begin) * tiling.count();
  const int64_t planeV = planeOf((int64_t)block * in), planeM = planeOf((int64_t)block * out);
  float *zeros = w.at(3, 0), *v = zeros + in, *m = v + ELEMENTS * planeV;
  memset(zeros, 0, (size_t)in * 4);
  for (int first = 0; first < total; first += block) {
    const int count = total - first < block ? total - first : block;
    tiling.each(w.begin, first, count, [&](int at, int row, int line, int column) {
      transformInput<M, R>(g, w.at(1, row), line, column, zeros, {v + (int64_t)at * in, planeV, PANEL});
    });
    for (int e = 0; e < ELEMENTS; e++)
      multiplyByPanels(v + e * planeV, in, count, w.at(2, 0) + (int64_t)e * PANEL * in, (int64_t)ELEMENTS * PANEL * in, in, out,
                       m + e * planeM, out);
    tiling.each(w.begin, first, count, [&](int at, int row, int line, int column) {
      transformOutput<M, R>(g, m + (int64_t)at * out, planeM, w.at(0, row), line, column);
    });
  }
}

// y = the convolution of x. 0 y, 1 x, 2 u whole, as winogradFilter makes it, 3 room; ints: windows, outputs, tiles of a block
static void winogradRun(Work& w) {
  if (Windows(w.call->ints).kernelHeight == 5) winogradTiles<2, 5>(w);
  else if (w.integer(TILE_INT) == 2) winogradTiles<2, 3>(w);
  else winogradTiles<4, 3>(w);
}

template <int M, int R> static INLINE void transformFilter(const float* f, int64_t size, bool isTurned, float* u, int64_t plane) {
  constexpr int N = M + R - 1;
  vf t[N][R];
  for (int x = 0; x < R; x++) {
    vf column[R], s[N];
    for (int y = 0; y < R; y++) column[y] = load(f + (isTurned ? R * R - 1 - R * y - x : R * y + x) * size);
    Points<M, R>::filter(column, s);
    for (int y = 0; y < N; y++) t[y][x] = s[y];
  }
  for (int y = 0; y < N; y++) {
    vf s[N];
    Points<M, R>::filter(t[y], s);
    for (int x = 0; x < N; x++, u += plane) store(u, s[x]);
  }
}

// u[panel][element][i][c] = (G f G')[element] of f[.][.][i][16 panel + c]. 0 u by rows, which are panels, 1 f whole;
// ints: channels in, channels out, 1 if f is turned by 180 degrees, outputs along a tile, lines of f
static void winogradFilterRun(Work& w) {
  const int in = w.integer(0), out = w.integer(1);
  const bool isTurned = w.integer(2) != 0;
  const int64_t size = (int64_t)in * out, plane = (int64_t)in * PANEL;
  for (int row = w.begin; row < w.end; row++)
    for (int i = 0; i < in; i++)
      for (int c = 0; c < PANEL; c += VL) {
        const float* f = w.at(1, 0) + (int64_t)i * out + row * PANEL + c;
        float* u = w.at(0, row) + (int64_t)i * PANEL + c;
        if (w.integer(4) == 5) transformFilter<2, 5>(f, size, isTurned, u, plane);
        else if (w.integer(3) == 2) transformFilter<2, 3>(f, size, isTurned, u, plane);
        else transformFilter<4, 3>(f, size, isTurned, u, plane);
      }
}

static bool winogradFilterFits(const Sizes& s) {
  const int64_t in = s.integer(0), out = s.integer(1), outputs = s.integer(3), kernel = s.integer(4);
  return in > 0 && out > 0 && isScheme(outputs, kernel) && out == s.units() * PANEL &&
         s.isRows(0, elementsOf((int)outputs, (int)kernel) * in * PANEL) && s.isWhole(1, kernel * kernel * in * out);
}

// Whole windows of 3 x 3 or 5 x 5 in one group at stride 1, channels in panels, and room for a block; `sums` more for each element.
static bool blockFits(const Sizes& s, int64_t sums) {
  const Windows g(s.call->ints);
  const int64_t outputs = s.integer(TILE_INT), block = s.integer(BLOCK_INT);
  if (!isScheme(outputs, g.kernelHeight) || g.kernelWidth != g.kernelHeight || g.strideY != 1 || g.strideX != 1 || g.dilationY != 1 || g.dilationX != 1) return false;
  if (g.groups != 1 || g.channels % PANEL || g.outChannels % PANEL || block < 1 || block > 1 << 16) return false;
  const int64_t tiles = (int64_t)((g.outHeight + 1) / 2) * ((g.outWidth + 1) / 2);
  if (tiles * s.units() > INT32_MAX) return false;
  const int64_t planes = planeOf(block * g.channels) + planeOf(block * g.outChannels) + sums;
  return s.isWhole(3, g.channels + elementsOf((int)outputs, g.kernelHeight) * planes);
}

static bool winogradFits(const Sizes& s) {
  int64_t image, result, filter;
  if (!windowsFit(s, &image, &result, &filter) || !s.isRows(0, result) || !s.isRows(1, image) || !blockFits(s, 0)) return false;
  const int kernel = Windows(s.call->ints).kernelHeight;
  return s.isWhole(2, filter / (kernel * kernel) * elementsOf((int)s.integer(TILE_INT), kernel));
}
