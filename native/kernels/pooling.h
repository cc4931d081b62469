// Pools, channels last: y[p][c] = the maximum, or the mean, of x in window p. Padding is never the maximum, and counts
// as 0 in a mean. ints are those of convolutions, with as many channels out as in, and no dilation.
#pragma once
#include "windows.h"

// y[p][c] = max of x[window p][c]. 0 y, 1 x
static void maxPool2dRun(Work& w) {
  const Windows g(w.call->ints);
  for (int row = w.begin; row < w.end; row++) {
    const float* x = w.at(1, row);
    float* y = w.at(0, row);
    for (int i = 0; i < w.size(0); i++) y[i] = -INFINITY;
    eachMeeting(g, [&](int to, int, int from) {
      float* best = y + (int64_t)to * g.channels;
      const float* xi = x + (int64_t)from * g.channels;
      for (int c = 0; c < g.channels; c++) best[c] = xi[c] > best[c] ? xi[c] : best[c];
    });
  }
}

// dx[position of the first maximum of window p] += dy[p]. 0 dx, 1 x, 2 y, 3 dy; 4 scratch: a float for each of y
static void maxPool2dGradientRun(Work& w) {
  const Windows g(w.call->ints);
  for (int row = w.begin; row < w.end; row++) {
    const float *x = w.at(1, row), *y = w.at(2, row), *dy = w.at(3, row);
    float *dx = w.at(0, row), *left = w.at(4, row);
    memset(dx, 0, (size_t)w.size(0) * 4);
    // What is left to give: 0 once a window has met its maximum.
    memcpy(left, dy, (size_t)w.size(2) * 4);
    eachMeeting(g, [&](int to, int, int from) {
      const int64_t at = (int64_t)to * g.channels;
      const float* xi = x + (int64_t)from * g.channels;
      float* dxi = dx + (int64_t)from * g.channels;
      for (int c = 0; c < g.channels; c++) {
        const bool isMost = xi[c] == y[at + c];
        dxi[c] += isMost ? left[at + c] : 0.0f;
        left[at + c] = isMost ? 0.0f : left[at + c];
      }
    });
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
         s.isRows(3, result) && s.isRows(4, result);
}
static bool averagePool2dGradientFits(const Sizes& s) {
  int64_t image, result;
  return poolFits(s, &image, &result) && s.isRows(0, image) && s.isRows(1, result);
}
