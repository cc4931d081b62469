// Gradients of 3 x 3 filters at stride 1 by Winograd: df = G' [sum over tiles of (B' d B) * (A dy A')] G.
#pragma once
#include "winograd.h"

// df[.][.][c], after what is there if `adds`: = G' s G for some channels.
template <int M> static INLINE void transformSums(const float* s, int64_t element, float* df, int64_t size, bool adds) {
  constexpr int N = M + 2;
  vf t[3][N];
#pragma GCC unroll 6
  for (int x = 0; x < N; x++) {
    vf column[N], f[3];
#pragma GCC unroll 6
    for (int y = 0; y < N; y++) column[y] = load(s + (y * N + x) * element);
    Points<M>::filterGradient(column, f);
    for (int y = 0; y < 3; y++) t[y][x] = f[y];
  }
  for (int y = 0; y < 3; y++) {
    vf f[3];
    Points<M>::filterGradient(t[y], f);
    for (int x = 0; x < 3; x++, df += size) store(df, adds ? load(df) + f[x] : f[x]);
  }
}

template <int M> static void winogradFilterTiles(Work& w) {
  constexpr int ELEMENTS = (M + 2) * (M + 2);
  const Windows g(w.call->ints);
  const Tiling<M> tiling(g);
  const int block = w.integer(BLOCK_INT), in = g.channels, out = g.outChannels;
  const int total = (w.end - w.begin) * tiling.count();
  const int64_t panel = (int64_t)block * PANEL, size = (int64_t)in * out, sumsOf = planeOf(PANEL * PANEL);
  const int64_t planeV = planeOf((int64_t)block * in), planeM = planeOf((int64_t)block * out);
  float *zeros = w.at(3, 0), *v = zeros + in, *m = v + ELEMENTS * planeV, *sums = m + ELEMENTS * planeM;
  memset(zeros, 0, (size_t)in * 4);
  for (int first = 0; first < total; first += block) {
    const int count = total - first < block ? total - first : block;
    tiling.each(w.begin, first, count, [&](int at, int row, int line, int column) {
      const int64_t to = (int64_t)at * PANEL;
      transformInput<M, 3>(g, w.at(1, row), line, column, zeros, {v + to, planeV, panel});
      transformGradient<M>(g, w.at(2, row), line, column, {m + to, planeM, panel});
    });
    // The sums of two panels stay in the first cache.
    for (int o = 0; o < out; o += PANEL)
      for (int i = 0; i < in; i += PANEL) {
        for (int e = 0; e < ELEMENTS; e++)
          multiplyPanels(v + e * planeV + i / PANEL * panel, m + e * planeM + o / PANEL * panel, count, sums + e * sumsOf, PANEL, false);
        float* df = w.at(0, w.part) + (int64_t)i * out + o;
        for (int at = 0; at < PANEL; at++, df += out)
          for (int c = 0; c < PANEL; c += VL) transformSums<M>(sums + at * PANEL + c, sumsOf, df + c, size, first > 0);
      }
  }
}

// The sum of a part's rows. 0 df by parts, 1 x, 2 dy, 3 room; ints: windows, outputs along a tile, tiles of a block
static void winogradFilterGradientRun(Work& w) {
  if (w.integer(TILE_INT) == 2) winogradFilterTiles<2>(w);
  else winogradFilterTiles<4>(w);
}

static bool winogradFilterGradientFits(const Sizes& s) {
  int64_t image, result, filter;
  return windowsFit(s, &image, &result, &filter) && s.isParts(0, filter) && s.isRows(1, image) && s.isRows(2, result) &&
         Windows(s.call->ints).kernelHeight == 3 && blockFits(s, planeOf(PANEL * PANEL));
}
