// Pools, channels last: y[p][c] = the maximum, or the mean, of x in window p. Padding is never the maximum, and counts
// as 0 in a mean. ints are those of convolutions, with as many channels out as in, and no dilation.
#pragma once
#include "convolution/windows.h"

// The kernel elements of a window that lie inside: f(offset in x) for each.
template <typename F> static INLINE void eachInside(const Windows& g, int oy, int ox, F f) {
  for (int ky = 0; ky < g.kernelHeight; ky++) {
    const int y = oy * g.strideY + ky - g.top;
    for (int kx = 0; y >= 0 && y < g.height && kx < g.kernelWidth; kx++) {
      const int x = ox * g.strideX + kx - g.left;
      if (x >= 0 && x < g.width) f((int64_t)(y * g.width + x) * g.channels);
    }
  }
}

// y[p][c] = max of x[window p][c]. 0 y, 1 x
static void maxPool2dRun(Work& w) {
  const Windows g(w.call->ints);
  for (int row = w.begin; row < w.end; row++) {
    const float* x = w.at(1, row);
    float* y = w.at(0, row);
    for (int oy = 0; oy < g.outHeight; oy++)
      for (int ox = 0; ox < g.outWidth; ox++, y += g.channels) {
        int c = 0;
        for (; c + VL <= g.channels; c += VL) {
          vf best = splat(-INFINITY);
          eachInside(g, oy, ox, [&](int64_t at) { const vf value = load(x + at + c); best = value > best ? value : best; });
          store(y + c, best);
        }
        for (; c < g.channels; c++) {
          y[c] = -INFINITY;
          eachInside(g, oy, ox, [&](int64_t at) { y[c] = x[at + c] > y[c] ? x[at + c] : y[c]; });
        }
      }
  }
}

// dx[position of the first maximum of window p] += dy[p]. 0 dx, 1 x, 2 y, 3 dy
static void maxPool2dGradientRun(Work& w) {
  const Windows g(w.call->ints);
  // Each x lies in one window, which then sets its gradient.
  const bool areApart = g.strideY == g.kernelHeight && g.strideX == g.kernelWidth;
  const bool isCovered = areApart && g.top == 0 && g.left == 0 && g.outHeight * g.strideY >= g.height && g.outWidth * g.strideX >= g.width;
  for (int row = w.begin; row < w.end; row++) {
    const float *x = w.at(1, row), *y = w.at(2, row), *dy = w.at(3, row);
    float* dx = w.at(0, row);
    if (!isCovered) memset(dx, 0, (size_t)w.size(0) * 4);
    for (int oy = 0; oy < g.outHeight; oy++)
      for (int ox = 0; ox < g.outWidth; ox++, y += g.channels, dy += g.channels) {
        int c = 0;
        for (; c + VL <= g.channels; c += VL) {
          // What is left to give: 0 once the window has met its maximum.
          vf left = load(dy + c);
          const vf most = load(y + c);
          eachInside(g, oy, ox, [&](int64_t at) {
            const vi isMost = load(x + at + c) == most;
            const vf given = (vf)((vi)left & isMost);
            store(dx + at + c, areApart ? given : load(dx + at + c) + given);
            left = (vf)((vi)left & ~isMost);
          });
        }
        for (; c < g.channels; c++) {
          float left = dy[c];
          eachInside(g, oy, ox, [&](int64_t at) {
            const bool isMost = x[at + c] == y[c];
            const float given = isMost ? left : 0.0f;
            dx[at + c] = areApart ? given : dx[at + c] + given;
            left = isMost ? 0.0f : left;
          });
        }
      }
  }
}

// y[p][c] = sum of x[window p][c] / size of the window. 0 y, 1 x
static void averagePool2dRun(Work& w) {
  const Windows g(w.call->ints);
  const float share = 1.0f / (float)(g.kernelHeight * g.kernelWidth);
  for (int row = w.begin; row < w.end; row++) {
    const float* x = w.at(1, row);
    float* y = w.at(0, row);
    memset(y, 0, (size_t)w.size(0) * 4);
    eachMeeting(g, [&](int to, int, int from) {
      addTo(y + (int64_t)to * g.channels, x + (int64_t)from * g.channels, g.channels);
    });
    for (int i = 0; i < w.size(0); i++) y[i] *= share;
  }
}

// dx[i][c] = sum of dy[p][c] / size of the window, over the windows p that i lies in. 0 dx, 1 dy
static void averagePool2dGradientRun(Work& w) {
  const Windows g(w.call->ints);
  const float share = 1.0f / (float)(g.kernelHeight * g.kernelWidth);
  for (int row = w.begin; row < w.end; row++) {
    const float* dy = w.at(1, row);
    float* dx = w.at(0, row);
    memset(dx, 0, (size_t)w.size(0) * 4);
    eachMeeting(g, [&](int to, int, int from) {
      addScaled(dx + (int64_t)from * g.channels, share, dy + (int64_t)to * g.channels, g.channels);
    });
  }
}

static bool poolFits(const Sizes& s, int64_t* image, int64_t* result) {
  int64_t filter;
  return windowsFit(s, image, result, &filter) && s.integer(2) == s.integer(5) && s.integer(14) == s.integer(2);
}
static bool pool2dFits(const Sizes& s) {
  int64_t image, result;
  return poolFits(s, &image, &result) && s.isRows(0, result) && s.isRows(1, image);
}
static bool maxPool2dGradientFits(const Sizes& s) {
  int64_t image, result;
  return poolFits(s, &image, &result) && s.isRows(0, image) && s.isRows(1, image) && s.isRows(2, result) &&
         s.isRows(3, result);
}
static bool averagePool2dGradientFits(const Sizes& s) {
  int64_t image, result;
  return poolFits(s, &image, &result) && s.isRows(0, image) && s.isRows(1, result);
}
