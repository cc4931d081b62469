// Convolutions, channels last: y[p][o] = sum over (k, i) of x[p * stride + k * dilation - padding][i] * f[k][i][o].
// Channels are divided into groups. Enough of them to fill a vector go by tiles, all others by plain loops.
#pragma once
#include "depthwise.h"
#include "depthwise3.h"
#include "../products/panels.h"
#include "windows.h"
#include "../products/zeros.h"

// Tiles of a filter [element][columns], or of one in panels as packColumns makes them.
static void filterTiles(const Grid& grid, int positions, int columns, const Terms& t, const float* x, const float* w, bool isPacked,
                        int64_t elements, float* y, const Finish& all) {
  if (!isPacked) return tiles(grid, positions, columns, t, x, w, y, all);
  if (PANEL == VL) {
    Terms panels = t;
    panels.wVector = elements * PANEL;
    return tiles(grid, positions, columns, panels, x, w, y, all);
  }
  for (int c = 0; c < columns; c += PANEL) {
    const Finish finish = {all.adds, all.bias ? all.bias + c : nullptr, all.isRelu};
    tiles(grid, positions, PANEL, t, x, w + c * elements, y + c, finish);
  }
}

// y from an image whose windows lie inside. Kernel rows that follow each other in memory are one element.
static void convolve(const Windows& g, const Frame& frame, const float* x, const float* filter, bool isPacked, float* y,
                     const Finish& all) {
  const int in = g.groupIn(), out = g.groupOut(), positions = g.outHeight * g.outWidth;
  const Grid grid = {g.outWidth, g.strideY * frame.line(), (int64_t)g.strideX * g.channels, (int64_t)g.outWidth * g.outChannels, g.outChannels};
  const int64_t width = isPacked ? PANEL : g.outChannels, elements = (int64_t)g.kernelHeight * g.kernelWidth * in;
  Terms t = {g.kernelHeight, g.kernelWidth, in, g.dilationY * frame.line(), (int64_t)g.dilationX * g.channels,
             g.kernelWidth * in * width, in * width, width};
  if (g.isDepthwise() && g.groups > 1) return depthwise(grid, g.outHeight, g.channels, t, x, filter, y, all);
  if (g.groups == 1 && g.dilationX == 1) t.depth *= t.columns, t.columns = 1;
  for (int group = 0; group < g.groups; group++) {
    const Finish finish = {all.adds, all.bias ? all.bias + group * out : nullptr, all.isRelu};
    filterTiles(grid, positions, out, t, x + group * in, filter + group * out, isPacked, elements, y + group * out, finish);
  }
}

static bool isTiled(const Windows& g) { return g.isDepthwise() ? g.channels >= VL : g.groupOut() >= VL; }

// A convolution of single pixels: its images are the rows of a matrix.
static void convolvePixels(const Windows& g, const Work& w, const float* filter) {
  const int in = g.channels, out = g.outChannels;
  const int64_t total = (int64_t)(w.end - w.begin) * g.height * g.width, blocks = (total + MASKED_ROWS - 1) / MASKED_ROWS;
  const float* x = w.at(1, w.begin);
  float* y = w.at(0, w.begin);
  for (int64_t block = 0, begin = 0; block < blocks; block++) {
    const int rows = (int)(total * (block + 1) / blocks - begin);
    if (!multiplyOverZeros(x, rows, in, filter, out, y)) multiplyPacked(x, in, rows, filter, (int64_t)in * PANEL, in, out, y, out, false);
    x += (int64_t)rows * in, y += (int64_t)rows * out, begin += rows;
  }
}

// y = convolution, then + bias and max(0, y) where wanted. 0 y, 1 x, 2 filter whole, 3 room for a framed image, 4 bias;
// ints: windows, relu, 1 if the filter is in panels
static void conv2dRun(Work& w) {
  const Windows g(w.call->ints);
  const Frame frame = Frame::ofImage(g);
  const float* filter = w.at(2, 0);
  const Finish finish = {false, w.tensors[4] ? w.at(4, 0) : nullptr, w.integer(WINDOW_INTS) != 0};
  const bool isPacked = w.integer(WINDOW_INTS + 1) != 0;
  const int in = g.groupIn(), out = g.groupOut();
  if (isPacked && isPointwise(g) && !finish.bias && !finish.isRelu) return convolvePixels(g, w, filter);
  for (int row = w.begin; row < w.end; row++) {
    const float* x = w.at(1, row);
    float* y = w.at(0, row);
    if (isDepthwise3(g)) {
      depthwise3(g, x, filter, y, finish);
      continue;
    }
    if (isTiled(g)) {
      convolve(g, frame, frame.around(x, w.tensors[3] ? w.at(3, w.begin) : nullptr), filter, isPacked, y, finish);
      continue;
    }
    memset(y, 0, (size_t)w.size(0) * 4);
    eachMeeting(g, [&](int to, int element, int from) {
      float* yo = y + (int64_t)to * g.outChannels;
      const float* xi = x + (int64_t)from * g.channels;
      const float* f = filter + (int64_t)element * in * g.outChannels;
      if (g.isDepthwise()) return addProducts(yo, xi, f, g.channels);
      for (int group = 0; group < g.groups; group++)
        for (int i = 0; i < in; i++)
          addScaled(yo + group * out, xi[group * in + i], f + (int64_t)i * g.outChannels + group * out, out);
    });
    for (int i = 0; i < w.size(0) && (finish.bias || finish.isRelu); i++) {
      const float sum = y[i] + (finish.bias ? finish.bias[i % g.outChannels] : 0.0f);
      y[i] = finish.isRelu && sum < 0 ? 0.0f : sum;
    }
  }
}

// t[k][o][i] = f[k][i'][o'] for output o of the group that i is in, and i' of that group. 0 t, 1 f; a row is a kernel
// element; ints: channels in and out, groups
static void turnFilterRun(Work& w) {
  const int groups = w.integer(2), in = w.integer(0) / groups, outs = w.integer(1), out = outs / groups;
  for (int row = w.begin; row < w.end; row++) {
    const float* f = w.at(1, row);
    float* t = w.at(0, row);
    for (int group = 0; group < groups; group++) turnRows(f + group * out, outs, in, out, t + group * in, (int64_t)groups * in);
  }
}

static bool turnFilterFits(const Sizes& s) {
  const int64_t in = s.integer(0), out = s.integer(1), groups = s.integer(2);
  if (in < 1 || out < 1 || groups < 1 || in % groups || out % groups || in / groups * out > INT32_MAX) return false;
  return s.isRows(0, in / groups * out) && s.isRows(1, in / groups * out);
}

static INLINE int modulo(int64_t a, int b) { return (int)(((a % b) + b) % b); }

// The kernel elements along an axis that positions p with p % stride == phase meet: from `first` on in steps of `step`.
// Meets dy at p / stride + offset, then each time `back` before.
struct Meetings {
  int first, count, step;
  int64_t offset, back;
  Meetings(int phase, int kernel, int stride, int dilation, int padding) : first(0), count(0), step(1), offset(0), back(0) {
    while (first < kernel && modulo((int64_t)phase + padding - (int64_t)first * dilation, stride)) first++;
    if (first == kernel) return;
    while ((int64_t)step * dilation % stride) step++;
    count = (kernel - first + step - 1) / step;
    offset = ((int64_t)phase + padding - (int64_t)first * dilation) / stride;
    back = (int64_t)step * dilation / stride;
  }
};

// dx by tiles: positions that lie a stride apart meet the same kernel elements.
static void gradientOfInput(const Windows& g, const Frame& frame, const float* dy, const float* turned, bool isPacked, float* dx) {
  const int in = g.groupIn(), out = g.groupOut(), width = isPacked ? PANEL : g.channels;
  const int64_t line = frame.line(), element = (int64_t)out * width, elements = (int64_t)g.kernelHeight * g.kernelWidth * out;
  for (int phaseY = 0; phaseY < g.strideY && phaseY < g.height; phaseY++)
    for (int phaseX = 0; phaseX < g.strideX && phaseX < g.width; phaseX++) {
      const Meetings y(phaseY, g.kernelHeight, g.strideY, g.dilationY, g.top), x(phaseX, g.kernelWidth, g.strideX, g.dilationX, g.left);
      const int rows = (g.height - phaseY + g.strideY - 1) / g.strideY, columns = (g.width - phaseX + g.strideX - 1) / g.strideX;
      const Grid grid = {columns, line, g.outChannels, (int64_t)g.strideY * g.width * g.channels, (int64_t)g.strideX * g.channels};
      const Terms t = {y.count, x.count, out, -y.back * line, -x.back * g.outChannels, y.step * g.kernelWidth * element, x.step * element, width};
      const int64_t corner = (y.count ? y.offset + frame.top : 0) * line + (x.count ? x.offset + frame.left : 0) * g.outChannels;
      const float* w = turned + ((int64_t)(y.count ? y.first : 0) * g.kernelWidth + (x.count ? x.first : 0)) * element;
      float* to = dx + ((int64_t)phaseY * g.width + phaseX) * g.channels;
      if (g.isDepthwise() && g.groups > 1) depthwise(grid, rows, g.channels, t, dy + corner, w, to, {});
      else
        for (int group = 0; group < g.groups; group++)
          filterTiles(grid, rows * columns, in, t, dy + corner + group * out, w + group * in, isPacked, elements, to + group * in, {});
    }
}

// dx[p * stride + k * dilation - padding][i] = sum over (k, o) of dy[p][o] * f[k][i][o]. 0 dx, 1 turned filter whole, 2 dy,
// 3 room for a framed dy; ints: windows, 1 if the filter is in panels
static void conv2dInputGradientRun(Work& w) {
  const Windows g(w.call->ints);
  const Frame frame = Frame::ofGradient(g);
  const float* turned = w.at(1, 0);
  const int in = g.groupIn(), out = g.groupOut();
  for (int row = w.begin; row < w.end; row++) {
    const float* dy = w.at(2, row);
    float* dx = w.at(0, row);
    if (isDepthwise3(g)) {
      depthwise3InputGradient(g, dy, turned, dx);
      continue;
    }
    if (g.isDepthwise() ? g.channels >= VL : in >= VL) {
      gradientOfInput(g, frame, frame.around(dy, w.tensors[3] ? w.at(3, w.begin) : nullptr), turned, w.integer(WINDOW_INTS) != 0, dx);
      continue;
    }
    memset(dx, 0, (size_t)w.size(0) * 4);
    eachMeeting(g, [&](int to, int element, int from) {
      const float* dyo = dy + (int64_t)to * g.outChannels;
      float* dxi = dx + (int64_t)from * g.channels;
      const float* t = turned + (int64_t)element * out * g.channels;
      if (g.isDepthwise()) return addProducts(dxi, dyo, t, g.channels);
      for (int group = 0; group < g.groups; group++)
        for (int o = 0; o < out; o++)
          addScaled(dxi + group * in, dyo[group * out + o], t + (int64_t)o * g.channels + group * in, in);
    });
  }
}

static bool roomFits(const Sizes& s, const Frame& frame) {
  if (!frame.isNeeded() || isDepthwise3(Windows(s.call->ints))) return true;
  return frame.framedHeight <= INT32_MAX && frame.framedWidth <= INT32_MAX && frame.framedHeight * frame.framedWidth <= INT32_MAX &&
         frame.size() <= INT32_MAX && s.has(3) && s.view(3) == ROWS && s.size(3) >= frame.size() && s.count(3) >= s.units();
}

// Panels are of one group, and full.
static bool panelsFit(int64_t isPacked, int64_t columns, int64_t groups) { return !isPacked || (groups == 1 && columns % PANEL == 0); }

static bool conv2dFits(const Sizes& s) {
  int64_t image, result, filter;
  return windowsFit(s, &image, &result, &filter) && s.isRows(0, result) && s.isRows(1, image) && s.isWhole(2, filter) &&
         roomFits(s, Frame::ofImage(Windows(s.call->ints))) && (!s.has(4) || s.isWhole(4, s.integer(5))) &&
         panelsFit(s.integer(WINDOW_INTS + 1), s.integer(5), s.integer(14));
}
static bool conv2dInputGradientFits(const Sizes& s) {
  int64_t image, result, filter;
  return windowsFit(s, &image, &result, &filter) && s.isRows(0, image) && s.isWhole(1, filter) && s.isRows(2, result) &&
         roomFits(s, Frame::ofGradient(Windows(s.call->ints))) && panelsFit(s.integer(WINDOW_INTS), s.integer(2), s.integer(14));
}
