// 3 x 3 convolutions at stride 1 by Winograd's F(2x2, 3x3): y = A' [(G f G') * (B' d B)] A for each 4 x 4 tile d of x, where
// * multiplies element by element and adds up over channels: 16 products instead of 36.
#pragma once
#include "panels.h"
#include "windows.h"

constexpr int TILE_ELEMENTS = 16;

// Floats from an element of all tiles to the next: a line more than they take, or all would fall into one set of the cache.
static INLINE int64_t planeOf(int64_t floats) { return floats + 16; }

// A tile makes 2 x 2 outputs of a sample; those beyond the image are dropped.
struct Tiling {
  int down, across;
  explicit Tiling(const Windows& g) : down((g.outHeight + 1) / 2), across((g.outWidth + 1) / 2) {}
  int count() const { return down * across; }
};

// Calls f(position in the block, row, line, column) for `count` tiles of the rows from `begin` on.
template <typename F> static INLINE void eachTile(const Tiling& t, int begin, int first, int count, F f) {
  for (int at = 0; at < count; at++) {
    const int tile = first + at, inside = tile % t.count();
    f(at, begin + tile / t.count(), inside / t.across, inside % t.across);
  }
}

struct Patch {
  const float* x;
  int64_t line;
};

// The 4 x 4 pixels of a tile: in the image, or in `room` with zeros where the image ends.
static INLINE Patch patchOf(const Windows& g, const float* x, int line, int column, float* room) {
  const int top = 2 * line - g.top, left = 2 * column - g.left;
  const int64_t step = (int64_t)g.width * g.channels;
  if (top >= 0 && left >= 0 && top + 4 <= g.height && left + 4 <= g.width) return {x + top * step + (int64_t)left * g.channels, step};
  for (int i = 0; i < TILE_ELEMENTS; i++) {
    const int py = top + i / 4, px = left + i % 4;
    float* to = room + (int64_t)i * g.channels;
    if (py < 0 || px < 0 || py >= g.height || px >= g.width) memset(to, 0, (size_t)g.channels * 4);
    else memcpy(to, x + py * step + (int64_t)px * g.channels, (size_t)g.channels * 4);
  }
  return {room, (int64_t)4 * g.channels};
}

// v = B' d B, one plane for each element; panels of 16 channels lie `panel` floats apart.
static INLINE void transformInput(const Patch& patch, int channels, float* v, int64_t plane, int64_t panel) {
  for (int c = 0; c < channels; c += VL) {
    const float* d = patch.x + c;
    vf t[4][4];
    for (int x = 0; x < 4; x++, d += channels) {
      const vf d0 = load(d), d1 = load(d + patch.line), d2 = load(d + 2 * patch.line), d3 = load(d + 3 * patch.line);
      t[0][x] = d0 - d2, t[1][x] = d1 + d2, t[2][x] = d2 - d1, t[3][x] = d1 - d3;
    }
    float* to = v + c / PANEL * panel + c % PANEL;
    for (int y = 0; y < 4; y++, to += 4 * plane) {
      store(to, t[y][0] - t[y][2]);
      store(to + plane, t[y][1] + t[y][2]);
      store(to + 2 * plane, t[y][2] - t[y][1]);
      store(to + 3 * plane, t[y][1] - t[y][3]);
    }
  }
}

// y = A' m A, as far as it lies in the image.
static INLINE void transformOutput(const Windows& g, const float* m, int64_t plane, float* image, int line, int column) {
  const bool hasRight = 2 * column + 1 < g.outWidth, hasBelow = 2 * line + 1 < g.outHeight;
  const int channels = g.outChannels;
  float* y = image + ((int64_t)2 * line * g.outWidth + 2 * column) * channels;
  const int64_t step = (int64_t)g.outWidth * channels;
  for (int c = 0; c < channels; c += VL) {
    vf t[2][4];
    for (int x = 0; x < 4; x++) {
      const float* from = m + x * plane + c;
      const vf m0 = load(from), m1 = load(from + 4 * plane), m2 = load(from + 8 * plane), m3 = load(from + 12 * plane);
      t[0][x] = m0 + m1 + m2, t[1][x] = m1 - m2 - m3;
    }
    for (int below = 0; below <= (int)hasBelow; below++) {
      const vf* s = t[below];
      store(y + below * step + c, s[0] + s[1] + s[2]);
      if (hasRight) store(y + below * step + channels + c, s[1] - s[2] - s[3]);
    }
  }
}

// m = A dy A', in panels of 16 channels that lie `panel` floats apart.
static INLINE void transformGradient(const Windows& g, const float* image, int line, int column, float* m, int64_t plane, int64_t panel) {
  const bool hasRight = 2 * column + 1 < g.outWidth, hasBelow = 2 * line + 1 < g.outHeight;
  const int channels = g.outChannels;
  const float* dy = image + ((int64_t)2 * line * g.outWidth + 2 * column) * channels;
  const int64_t step = (int64_t)g.outWidth * channels;
  for (int c = 0; c < channels; c += VL) {
    vf t[4][2];
    for (int x = 0; x < 2; x++) {
      const float* d = dy + x * channels + c;
      const bool isInside = x == 0 || hasRight;
      const vf d0 = isInside ? load(d) : (vf){}, d1 = isInside && hasBelow ? load(d + step) : (vf){};
      t[0][x] = d0, t[1][x] = d0 + d1, t[2][x] = d0 - d1, t[3][x] = -d1;
    }
    float* to = m + c / PANEL * panel + c % PANEL;
    for (int y = 0; y < 4; y++, to += 4 * plane) {
      store(to, t[y][0]);
      store(to + plane, t[y][0] + t[y][1]);
      store(to + 2 * plane, t[y][0] - t[y][1]);
      store(to + 3 * plane, -t[y][1]);
    }
  }
}

// y = the convolution of x. 0 y, 1 x, 2 u whole, as winogradFilter makes it, 3 room; ints: windows, tiles of a block
static void winogradRun(Work& w) {
  const Windows g(w.call->ints);
  const Tiling tiling(g);
  const int block = w.integer(WINDOW_INTS), in = g.channels, out = g.outChannels;
  const int total = (w.end - w.begin) * tiling.count();
  const int64_t planeV = planeOf((int64_t)block * in), planeM = planeOf((int64_t)block * out);
  float *patch = w.at(3, 0), *v = patch + TILE_ELEMENTS * in, *m = v + TILE_ELEMENTS * planeV;
  for (int first = 0; first < total; first += block) {
    const int count = total - first < block ? total - first : block;
    eachTile(tiling, w.begin, first, count, [&](int at, int row, int line, int column) {
      transformInput(patchOf(g, w.at(1, row), line, column, patch), in, v + (int64_t)at * in, planeV, PANEL);
    });
    for (int e = 0; e < TILE_ELEMENTS; e++)
      multiplyByPanels(v + e * planeV, in, count, w.at(2, 0) + (int64_t)e * PANEL * in, (int64_t)TILE_ELEMENTS * PANEL * in, in, out,
                       m + e * planeM, out);
    eachTile(tiling, w.begin, first, count, [&](int at, int row, int line, int column) {
      transformOutput(g, m + (int64_t)at * out, planeM, w.at(0, row), line, column);
    });
  }
}

// df = G' [sum over tiles of (B' d B) (A dy A')] G. 0 df by parts, 1 x, 2 dy, 3 room; ints: windows, tiles of a block
static void winogradFilterGradientRun(Work& w) {
  const Windows g(w.call->ints);
  const Tiling tiling(g);
  const int block = w.integer(WINDOW_INTS), in = g.channels, out = g.outChannels;
  const int total = (w.end - w.begin) * tiling.count();
  const int64_t panel = (int64_t)block * PANEL, size = (int64_t)in * out;
  const int64_t planeV = planeOf((int64_t)block * in), planeM = planeOf((int64_t)block * out), planeS = planeOf(size);
  float *patch = w.at(3, 0), *v = patch + TILE_ELEMENTS * in, *m = v + TILE_ELEMENTS * planeV, *sums = m + TILE_ELEMENTS * planeM;
  for (int first = 0; first < total; first += block) {
    const int count = total - first < block ? total - first : block;
    eachTile(tiling, w.begin, first, count, [&](int at, int row, int line, int column) {
      const int64_t to = (int64_t)at * PANEL;
      transformInput(patchOf(g, w.at(1, row), line, column, patch), in, v + to, planeV, panel);
      transformGradient(g, w.at(2, row), line, column, m + to, planeM, panel);
    });
    for (int e = 0; e < TILE_ELEMENTS; e++)
      for (int o = 0; o < out; o += PANEL)
        for (int i = 0; i < in; i += PANEL)
          multiplyPanels(v + e * planeV + i / PANEL * panel, m + e * planeM + o / PANEL * panel, count,
                         sums + e * planeS + (int64_t)i * out + o, out, first > 0);
  }
  float* df = w.at(0, w.part);
  for (int64_t at = 0; at < size; at += VL) {
    vf t[3][4];
    for (int x = 0; x < 4; x++) {
      const float* s = sums + x * planeS + at;
      const vf s0 = load(s), s1 = load(s + 4 * planeS), s2 = load(s + 8 * planeS), s3 = load(s + 12 * planeS);
      t[0][x] = s0 + 0.5f * (s1 + s2), t[1][x] = 0.5f * (s1 - s2), t[2][x] = 0.5f * (s1 + s2) + s3;
    }
    for (int y = 0; y < 3; y++) {
      const vf *s = t[y], both = 0.5f * (s[1] + s[2]);
      store(df + (3 * y) * size + at, s[0] + both);
      store(df + (3 * y + 1) * size + at, 0.5f * (s[1] - s[2]));
      store(df + (3 * y + 2) * size + at, both + s[3]);
    }
  }
}

// u[panel][element][i][c] = (G f G')[element] of f[.][.][i][16 panel + c]. 0 u by rows, which are panels, 1 f whole;
// ints: channels in, channels out, 1 if f is turned by 180 degrees
static void winogradFilterRun(Work& w) {
  const int in = w.integer(0), out = w.integer(1);
  const bool isTurned = w.integer(2) != 0;
  const int64_t size = (int64_t)in * out, plane = (int64_t)in * PANEL;
  for (int row = w.begin; row < w.end; row++)
    for (int i = 0; i < in; i++)
      for (int c = 0; c < PANEL; c += VL) {
        const float* f = w.at(1, 0) + (int64_t)i * out + row * PANEL + c;
        vf t[4][3];
        for (int x = 0; x < 3; x++) {
          const auto at = [&](int y) { return load(f + (isTurned ? 8 - 3 * y - x : 3 * y + x) * size); };
          const vf f0 = at(0), f1 = at(1), f2 = at(2);
          t[0][x] = f0, t[1][x] = 0.5f * (f0 + f1 + f2), t[2][x] = 0.5f * (f0 - f1 + f2), t[3][x] = f2;
        }
        float* u = w.at(0, row) + (int64_t)i * PANEL + c;
        for (int y = 0; y < 4; y++, u += 4 * plane) {
          const vf* s = t[y];
          store(u, s[0]);
          store(u + plane, 0.5f * (s[0] + s[1] + s[2]));
          store(u + 2 * plane, 0.5f * (s[0] - s[1] + s[2]));
          store(u + 3 * plane, s[2]);
        }
      }
}

static bool winogradFilterFits(const Sizes& s) {
  const int64_t in = s.integer(0), out = s.integer(1);
  return in > 0 && out > 0 && out == s.units() * PANEL && s.isRows(0, TILE_ELEMENTS * in * PANEL) && s.isWhole(1, 9 * in * out);
}

// Whole windows of 3 x 3 in one group at stride 1, channels in panels, and room for a block; `sums` more in all.
static bool blockFits(const Sizes& s, int64_t sums) {
  const Windows g(s.call->ints);
  const int64_t block = s.integer(WINDOW_INTS);
  if (g.kernelHeight != 3 || g.kernelWidth != 3 || g.strideY != 1 || g.strideX != 1 || g.dilationY != 1 || g.dilationX != 1) return false;
  if (g.groups != 1 || g.channels % PANEL || g.outChannels % PANEL || block < 1 || block > 1 << 16) return false;
  const int64_t tiles = (int64_t)((g.outHeight + 1) / 2) * ((g.outWidth + 1) / 2);
  if (tiles * s.units() > INT32_MAX) return false;
  const int64_t planes = planeOf(block * g.channels) + planeOf(block * g.outChannels) + sums;
  return s.isWhole(3, TILE_ELEMENTS * (g.channels + planes));
}

static bool winogradFits(const Sizes& s) {
  int64_t image, result, filter;
  return windowsFit(s, &image, &result, &filter) && s.isRows(0, result) && s.isRows(1, image) &&
         s.isWhole(2, filter / 9 * TILE_ELEMENTS) && blockFits(s, 0);
}

static bool winogradFilterGradientFits(const Sizes& s) {
  int64_t image, result, filter;
  return windowsFit(s, &image, &result, &filter) && s.isParts(0, filter) && s.isRows(1, image) && s.isRows(2, result) &&
         blockFits(s, planeOf(filter / 9));
}
