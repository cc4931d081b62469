// Gradients of filters by panels of 16 channels: df[k][i][o] = sum over p of x[p * stride + k * dilation - padding][i]
// * dy[p][o].
#pragma once
#include "../products/panels.h"
#include "windows.h"
#include "../products/zeros.h"

// Positions of all rows of a part that are worked on together: two panels of them stay in the first cache.
constexpr int BLOCK_POSITIONS = 196;

// panel[c / 16][p][c % 16] = from[p][c]; zeros where there is no `from`.
static INLINE void packPosition(const float* from, int channels, float* panel) {
  for (int c = 0; c < channels; c += PANEL, panel += BLOCK_POSITIONS * PANEL) {
    if (from) memcpy(panel, from + c, PANEL * 4);
    else memset(panel, 0, PANEL * 4);
  }
}

// The same for dy of whole groups of V vectors: [group][p][V vectors].
static INLINE void packGroups(const float* from, int channels, int position, float* groups) {
  constexpr int WIDE = MASKED_VECTORS * VL;
  int c = 0;
  for (; c + WIDE <= channels; c += WIDE) memcpy(groups + c * BLOCK_POSITIONS + position * WIDE, from + c, WIDE * 4);
  for (const int width = WIDE / 2; c < channels; c += width) memcpy(groups + c * BLOCK_POSITIONS + position * width, from + c, width * 4);
}

// Adds to lines of y for 16 channels in, from groups of V vectors: some positions of which `bits` are those of the
// lines.
template <int V>
static void addMaskedLines(const uint64_t* bits, const float* panel, const float* group, float* y, int64_t yStride, bool adds) {
  for (int i = 0; i < PANEL; i++, y += yStride) {
    for (int v = 0; v < V; v++) fetchToWrite(y + 2 * yStride + v * VL);
    sumMasked<V>(bits[i], panel + i, PANEL, group, y, adds ? AT_LAST : NOTHING);
  }
}

// y[i][o] of panels of x and rows of dy that lie `out` floats apart, without the zeros of x. False if there are too few
// of them.
static bool multiplyPanelsOverZeros(const float* panels, const float* dy, float* groups, int positions, int in, int out, float* y, bool adds) {
  constexpr int MOST_CHANNELS = 1024, WIDE = MASKED_VECTORS * VL;
  if (out % (WIDE / 2) || in > MOST_CHANNELS) return false;
  uint16_t bits[MOST_CHANNELS / PANEL][BLOCK_POSITIONS + MASKED];
  int64_t others = 0;
  for (int i = 0; i < in / PANEL; i++)
    for (int p = 0; p < positions; p++) {
      bits[i][p] = (uint16_t)othersThan(0, panels + ((int64_t)i * BLOCK_POSITIONS + p) * PANEL, PANEL);
      others += __builtin_popcount(bits[i][p]);
    }
  if (others > (int64_t)(MOST_MASKED * positions * in)) return false;
  for (int p = 0; p < positions; p++) packGroups(dy + (int64_t)p * out, out, p, groups);
  const int pieces = (positions + MASKED - 1) / MASKED;
  for (int piece = 0, begin = 0, end; piece < pieces; piece++, begin = end) {
    end = positions * (piece + 1) / pieces;
    uint64_t turned[MOST_CHANNELS];
    for (int i = 0; i < in / PANEL; i++) turnBits(bits[i] + begin, end - begin, turned + i * PANEL);
    for (int c = 0; c < out;) {
      const bool isWide = out - c >= WIDE;
      const float* group = groups + (int64_t)c * BLOCK_POSITIONS + (int64_t)begin * (isWide ? WIDE : WIDE / 2);
      for (int i = 0; i < in; i += PANEL) {
        const float* panel = panels + (int64_t)i * BLOCK_POSITIONS + (int64_t)begin * PANEL;
        float* to = y + (int64_t)i * out + c;
        if (isWide) addMaskedLines<MASKED_VECTORS>(turned + i, panel, group, to, out, adds || piece > 0);
        else addMaskedLines<MASKED_VECTORS / 2>(turned + i, panel, group, to, out, adds || piece > 0);
      }
      c += isWide ? WIDE : WIDE / 2;
    }
  }
  return true;
}

// An output position of a sample.
struct Output {
  int row, y, x;
  Output(const Windows& g, int row, int position)
      : row(row + position / (g.outHeight * g.outWidth)), y(position / g.outWidth % g.outHeight), x(position % g.outWidth) {}
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
  const bool isPlain = isPointwise(g);
  for (int first = 0; first < total; first += BLOCK_POSITIONS) {
    const int count = total - first < BLOCK_POSITIONS ? total - first : BLOCK_POSITIONS;
    if (isPlain) {
      const float *from = w.at(1, w.begin) + (int64_t)first * in, *dy = w.at(2, w.begin) + (int64_t)first * out;
      for (int p = 0; p < count; p++) packPosition(from + (int64_t)p * in, in, a + p * PANEL);
      if (multiplyPanelsOverZeros(a, dy, b, count, in, out, df, first > 0)) continue;
    }
    const Output begin(g, w.begin, first);
    Output end = begin;
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
