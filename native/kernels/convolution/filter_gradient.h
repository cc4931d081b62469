// Gradients of filters: df[k][i][o] = sum over rows and p of x[p * stride + k * dilation - padding][i] * dy[p][o].
#pragma once
#include "convolution.h"

// The floats of x and dy that a band of lines may have: they stay in the first cache while all tiles go by.
constexpr int BAND = 6144;
// Offsets of kernel elements and channels that are found at a time.
constexpr int MAX_OFFSETS = 96;

// Adds a sample's gradient.
static void addFilterGradient(const Windows& g, const Frame& frame, const float* x, const float* dy, float* df) {
  const bool isDepthwise = g.isDepthwise() && g.groups > 1;
  const int in = isDepthwise ? 1 : g.groupIn(), out = isDepthwise ? g.channels : g.groupOut(), groups = isDepthwise ? 1 : g.groups;
  const int count = g.kernelHeight * g.kernelWidth * in;
  const int64_t line = frame.line();
  const Grid grid = {g.outWidth, g.strideY * line, (int64_t)g.strideX * g.channels, (int64_t)g.outWidth * g.outChannels, g.outChannels};
  const int64_t most = BAND / (grid.xRow + grid.yRow);
  const int band = most < 1 ? 1 : (int)most;
  for (int first = 0; first < g.outHeight; first += band) {
    const int lines = g.outHeight - first < band ? g.outHeight - first : band;
    for (int begin = 0; begin < count; begin += MAX_OFFSETS) {
      int64_t offsets[MAX_OFFSETS];
      const int some = count - begin < MAX_OFFSETS ? count - begin : MAX_OFFSETS;
      for (int i = 0; i < some; i++) {
        const int element = (begin + i) / in;
        offsets[i] = (int64_t)(element / g.kernelWidth) * g.dilationY * line +
                     (int64_t)(element % g.kernelWidth) * g.dilationX * g.channels + (begin + i) % in;
      }
      for (int group = 0; group < groups; group++) {
        const float *from = x + first * grid.xRow + group * in, *d = dy + first * grid.yRow + group * out;
        float* to = df + (int64_t)begin * g.outChannels + group * out;
        if (isDepthwise) outerProducts<true>(grid, lines, from, offsets, some, d, to, g.outChannels, out, true);
        else outerProducts<false>(grid, lines, from, offsets, some, d, to, g.outChannels, out, true);
      }
    }
  }
}

// The sum of a part's rows. 0 df by parts, 1 x, 2 dy, 3 room for a framed image
static void conv2dFilterGradientRun(Work& w) {
  const Windows g(w.call->ints);
  const Frame frame = Frame::ofImage(g);
  float* df = w.at(0, w.part);
  const int in = g.groupIn(), out = g.groupOut();
  memset(df, 0, (size_t)w.size(0) * 4);
  for (int row = w.begin; row < w.end; row++) {
    const float *x = w.at(1, row), *dy = w.at(2, row);
    if (isDepthwise3(g)) {
      if (g.strideX == 1) addDepthwise3Gradient<1>(g, x, dy, df);
      else addDepthwise3Gradient<2>(g, x, dy, df);
      continue;
    }
    if (isTiled(g)) {
      addFilterGradient(g, frame, frame.around(x, w.tensors[3] ? w.at(3, w.begin) : nullptr), dy, df);
      continue;
    }
    eachMeeting(g, [&](int to, int element, int from) {
      const float* dyo = dy + (int64_t)to * g.outChannels;
      const float* xi = x + (int64_t)from * g.channels;
      float* f = df + (int64_t)element * in * g.outChannels;
      if (g.isDepthwise()) return addProducts(f, xi, dyo, g.channels);
      for (int group = 0; group < g.groups; group++)
        for (int i = 0; i < in; i++)
          addScaled(f + (int64_t)i * g.outChannels + group * out, xi[group * in + i], dyo + group * out, out);
    });
  }
}

static bool conv2dFilterGradientFits(const Sizes& s) {
  int64_t image, result, filter;
  return windowsFit(s, &image, &result, &filter) && s.isParts(0, filter) && s.isRows(1, image) && s.isRows(2, result) &&
         roomFits(s, Frame::ofImage(Windows(s.call->ints)));
}
