// Gradients of filters by panels of 16 channels: df[k][i][o] = sum over p of x[p * stride + k * dilation - padding][i] * dy[p][o].
#pragma once
#include "panels.h"
#include "windows.h"

// Positions of all rows of a part that are worked on together: two panels of them stay in the first cache.
constexpr int BLOCK_POSITIONS = 196;

// panel[c / 16][p][c % 16] = from[p][c]; zeros where there is no `from`.
static INLINE void packPosition(const float* from, int channels, float* panel) {
  for (int c = 0; c < channels; c += PANEL, panel += BLOCK_POSITIONS * PANEL) {
    if (from) memcpy(panel, from + c, PANEL * 4);
    else memset(panel, 0, PANEL * 4);
  }
}

// An output position of a sample.
struct Output {
  int row, y, x;
  INLINE void advance(const Windows& g) {
    if (++x < g.outWidth) return;
    x = 0;
    if (++y == g.outHeight) y = 0, row++;
  }
};

// The sum of a part's rows. 0 df by parts, 1 x, 2 dy, 3 room; ints: windows
static void panelFilterGradientRun(Work& w) {
  const Windows g(w.call->ints);
  const int in = g.channels, out = g.outChannels;
  const int total = (w.end - w.begin) * g.outHeight * g.outWidth;
  const int64_t panel = (int64_t)BLOCK_POSITIONS * PANEL;
  float *df = w.at(0, w.part), *a = w.at(3, 0), *b = a + (int64_t)BLOCK_POSITIONS * in;
  Output begin = {w.begin, 0, 0}, end = begin;
  for (int first = 0; first < total; first += BLOCK_POSITIONS, begin = end) {
    const int count = total - first < BLOCK_POSITIONS ? total - first : BLOCK_POSITIONS;
    end = begin;
    for (int p = 0; p < count; p++, end.advance(g))
      packPosition(w.at(2, end.row) + ((int64_t)end.y * g.outWidth + end.x) * out, out, b + p * PANEL);
    for (int element = 0; element < g.kernelHeight * g.kernelWidth; element++) {
      const int top = element / g.kernelWidth * g.dilationY - g.top, left = element % g.kernelWidth * g.dilationX - g.left;
      Output at = begin;
      for (int p = 0; p < count; p++, at.advance(g)) {
        const int y = at.y * g.strideY + top, x = at.x * g.strideX + left;
        const bool isInside = y >= 0 && x >= 0 && y < g.height && x < g.width;
        packPosition(isInside ? w.at(1, at.row) + ((int64_t)y * g.width + x) * in : nullptr, in, a + p * PANEL);
      }
      float* to = df + (int64_t)element * in * out;
      for (int o = 0; o < out; o += PANEL)
        for (int i = 0; i < in; i += PANEL)
          multiplyPanels(a + i / PANEL * panel, b + o / PANEL * panel, count, to + (int64_t)i * out + o, out, first > 0);
    }
  }
}

static bool panelFilterGradientFits(const Sizes& s) {
  int64_t image, result, filter;
  if (!windowsFit(s, &image, &result, &filter) || !s.isParts(0, filter) || !s.isRows(1, image) || !s.isRows(2, result)) return false;
  const Windows g(s.call->ints);
  if (g.groups != 1 || g.channels % PANEL || g.outChannels % PANEL) return false;
  return result / g.outChannels * s.units() <= INT32_MAX &&
         s.isWhole(3, (int64_t)BLOCK_POSITIONS * ((int64_t)g.channels + g.outChannels));
}
