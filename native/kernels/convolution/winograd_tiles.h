// Tiles of Winograd's F(M x M, R x R): N x N pixels of an image, N = M + R - 1, that make M x M outputs, there and back.
#pragma once
#include "../products/panels.h"
#include "windows.h"
#include "winograd_points.h"

// Floats from an element of all tiles to the next: a line more than they take, or all would fall into one set of the cache.
static INLINE int64_t planeOf(int64_t floats) { return floats + 16; }

// A tile makes M x M outputs of a sample; those beyond the image are dropped.
template <int M> struct Tiling {
  int down, across;
  explicit Tiling(const Windows& g) : down((g.outHeight + M - 1) / M), across((g.outWidth + M - 1) / M) {}
  int count() const { return down * across; }

  // Calls f(position in the block, row, first line, first column) for `count` tiles of the rows from `begin` on.
  template <typename F> INLINE void each(int begin, int first, int tiles, F f) const {
    for (int at = 0; at < tiles; at++) {
      const int tile = first + at, inside = tile % count();
      f(at, begin + tile / count(), inside / across * M, inside % across * M);
    }
  }
};

// Where tiles lie once they are transformed: from an element to the next, from a panel of 16 channels to the next.
struct Planes {
  float* at;
  int64_t element, panel;
  INLINE float* of(int c) const { return at + c / PANEL * panel + c % PANEL; }
};

// to = B' d B. Half of the lines of large tiles go by at a time, so that all of them stay in registers.
template <int M, int R, typename Load> static INLINE void transformPixels(int channels, const Planes& to, Load load) {
  constexpr int N = M + R - 1, LINES = N > 4 ? N / 2 : N;
  for (int c = 0; c < channels; c += VL) {
    float* v = to.of(c);
#pragma GCC unroll 2
    for (int half = 0; half < N; half += LINES) {
      vf t[LINES][N];
#pragma GCC unroll 6
      for (int x = 0; x < N; x++) {
        vf d[N], s[N];
#pragma GCC unroll 6
        for (int y = 0; y < N; y++) d[y] = load(y, x, c);
        Points<M, R>::input(d, s);
#pragma GCC unroll 6
        for (int y = 0; y < LINES; y++) t[y][x] = s[half + y];
      }
#pragma GCC unroll 6
      for (int y = 0; y < LINES; y++) {
        vf s[N];
        Points<M, R>::input(t[y], s);
#pragma GCC unroll 6
        for (int x = 0; x < N; x++, v += to.element) store(v, s[x]);
      }
      // Or the compiler would do the first half of the work for both at once, and run out of registers.
      asm volatile("" ::: "memory");
    }
  }
}

// The pixels of the tile whose first output is in a line and a column; `zeros` are as many as channels.
template <int M, int R> static INLINE void transformInput(const Windows& g, const float* x, int line, int column, const float* zeros, const Planes& to) {
  constexpr int N = M + R - 1;
  const int top = line - g.top, left = column - g.left, channels = g.channels;
  const int64_t step = (int64_t)g.width * channels;
  if (top >= 0 && left >= 0 && top + N <= g.height && left + N <= g.width) {
    const float* from = x + top * step + (int64_t)left * channels;
    return transformPixels<M, R>(channels, to, [&](int py, int px, int c) INLINED { return load(from + py * step + px * channels + c); });
  }
  const float* at[N][N];
  for (int y = 0; y < N; y++)
    for (int px = 0; px < N; px++) {
      const bool isInside = top + y >= 0 && top + y < g.height && left + px >= 0 && left + px < g.width;
      at[y][px] = isInside ? x + (top + y) * step + (int64_t)(left + px) * channels : zeros;
    }
  transformPixels<M, R>(channels, to, [&](int py, int px, int c) INLINED { return load(at[py][px] + c); });
}

// y = A' m A, as far as it lies in the image.
template <int M, int R> static INLINE void transformOutput(const Windows& g, const float* m, int64_t element, float* image, int line, int column) {
  constexpr int N = M + R - 1;
  const int channels = g.outChannels, lines = g.outHeight - line, columns = g.outWidth - column;
  const int64_t step = (int64_t)g.outWidth * channels;
  float* to = image + line * step + (int64_t)column * channels;
  for (int c = 0; c < channels; c += VL, m += VL) {
    vf t[M][N];
#pragma GCC unroll 6
    for (int x = 0; x < N; x++) {
      vf s[N], y[M];
#pragma GCC unroll 6
      for (int e = 0; e < N; e++) s[e] = load(m + (e * N + x) * element);
      Points<M, R>::output(s, y);
#pragma GCC unroll 6
      for (int e = 0; e < M; e++) t[e][x] = y[e];
    }
#pragma GCC unroll 6
    for (int e = 0; e < M; e++) {
      if (e >= lines) break;
      vf y[M];
      Points<M, R>::output(t[e], y);
#pragma GCC unroll 6
      for (int x = 0; x < M; x++)
        if (x < columns) store(to + e * step + x * channels + c, y[x]);
    }
  }
}

// to = A dy A', for filters of 3 x 3.
template <int M> static INLINE void transformGradient(const Windows& g, const float* image, int line, int column, const Planes& to) {
  constexpr int N = M + 2;
  const int channels = g.outChannels, lines = g.outHeight - line, columns = g.outWidth - column;
  const int64_t step = (int64_t)g.outWidth * channels;
  const float* dy = image + line * step + (int64_t)column * channels;
  for (int c = 0; c < channels; c += VL) {
    vf t[N][M];
#pragma GCC unroll 6
    for (int x = 0; x < M; x++) {
      vf d[M], m[N];
#pragma GCC unroll 6
      for (int y = 0; y < M; y++) d[y] = y < lines && x < columns ? load(dy + y * step + x * channels + c) : (vf){};
      Points<M>::gradient(d, m);
#pragma GCC unroll 6
      for (int y = 0; y < N; y++) t[y][x] = m[y];
    }
    float* m = to.of(c);
#pragma GCC unroll 6
    for (int y = 0; y < N; y++) {
      vf s[N];
      Points<M>::gradient(t[y], s);
#pragma GCC unroll 6
      for (int x = 0; x < N; x++, m += to.element) store(m, s[x]);
    }
  }
}
