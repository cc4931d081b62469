// Convolutions, channels last: y[p][o] = sum over (k, i) of x[p * stride + k * dilation - padding][i] * f[k][i][o].
// Channels are divided into groups. Channels that fill vectors go by tiles, all others by plain loops.
#pragma once
#include "elementwise.h"
#include "tile.h"

// ints: see the members, in their order
struct Windows {
  int height, width, channels, outHeight, outWidth, outChannels;
  int kernelHeight, kernelWidth, strideY, strideX, top, left, dilationY, dilationX, groups;
  explicit Windows(const int32_t* ints) { memcpy(this, ints, sizeof *this); }
  int groupIn() const { return channels / groups; }
  int groupOut() const { return outChannels / groups; }
  bool isDepthwise() const { return groups == channels && channels == outChannels; }
  int64_t filterSize() const { return (int64_t)kernelHeight * kernelWidth * groupIn() * outChannels; }
};
constexpr int WINDOW_INTS = sizeof(Windows) / 4;

// Calls f(output position, kernel element, input position) for each pair that meets inside the image.
template <typename F> static INLINE void eachMeeting(const Windows& g, F f) {
  for (int oy = 0; oy < g.outHeight; oy++)
    for (int ox = 0; ox < g.outWidth; ox++)
      for (int ky = 0; ky < g.kernelHeight; ky++) {
        const int y = oy * g.strideY + ky * g.dilationY - g.top;
        if (y < 0 || y >= g.height) continue;
        for (int kx = 0; kx < g.kernelWidth; kx++) {
          const int x = ox * g.strideX + kx * g.dilationX - g.left;
          if (x < 0 || x >= g.width) continue;
          f(oy * g.outWidth + ox, ky * g.kernelWidth + kx, y * g.width + x);
        }
      }
}

// y[o] += a[o] * b[o]
static INLINE void addProducts(float* y, const float* a, const float* b, int count) {
  int i = 0;
  for (; i + VL <= count; i += VL) store(y + i, load(y + i) + load(a + i) * load(b + i));
  for (; i < count; i++) y[i] += a[i] * b[i];
}

// 0 y, 1 x, 2 filter whole
static void conv2dRun(Work& w) {
  const Windows g(w.call->ints);
  const float* filter = w.at(2, 0);
  const int in = g.groupIn(), out = g.groupOut(), elements = g.kernelHeight * g.kernelWidth;
  const bool isTiled = out % VL == 0 && in <= MAX_ZEROS;
  for (int row = w.begin; row < w.end; row++) {
    const float* x = w.at(1, row);
    float* y = w.at(0, row);
    for (int group = 0; isTiled && group < g.groups; group++) {
      const auto from = [&](int to, int element) -> const float* {
        const int iy = to / g.outWidth * g.strideY + element / g.kernelWidth * g.dilationY - g.top;
        const int ix = to % g.outWidth * g.strideX + element % g.kernelWidth * g.dilationX - g.left;
        const bool isInside = iy >= 0 && iy < g.height && ix >= 0 && ix < g.width;
        return isInside ? x + ((int64_t)iy * g.width + ix) * g.channels + group * in : ZEROS;
      };
      tiles(from, g.outHeight * g.outWidth, out, elements, in, filter + group * out, (int64_t)in * g.outChannels,
            g.outChannels, y + group * out, g.outChannels);
    }
    if (isTiled) continue;
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
  }
}

// t[k][o][i] = f[k][i][o], where o is in the group of i. 0 t, 1 f; a row is a kernel element; ints: in, out of all groups
static void turnFilterRun(Work& w) {
  const int in = w.integer(0), out = w.integer(1);
  for (int row = w.begin; row < w.end; row++) {
    const float* f = w.at(1, row);
    float* t = w.at(0, row);
    for (int o = 0; o < out; o++)
      for (int i = 0; i < in; i++) t[(int64_t)o * in + i] = f[(int64_t)i * out + o];
  }
}

static bool turnFilterFits(const Sizes& s) { return product(s, 2, 0) > 0 && s.isRows(0, product(s, 2, 0)) && s.isRows(1, product(s, 2, 0)); }

// dx[p * stride + k * dilation - padding][i] = sum over (k, o) of dy[p][o] * f[k][i][o]. 0 dx, 1 turned filter whole, 2 dy
static void conv2dInputGradientRun(Work& w) {
  const Windows g(w.call->ints);
  const float* turned = w.at(1, 0);
  const int in = g.groupIn(), out = g.groupOut(), elements = g.kernelHeight * g.kernelWidth;
  const bool isTiled = in % VL == 0 && out <= MAX_ZEROS;
  for (int row = w.begin; row < w.end; row++) {
    const float* dy = w.at(2, row);
    float* dx = w.at(0, row);
    for (int group = 0; isTiled && group < g.groups; group++) {
      const auto from = [&](int to, int element) -> const float* {
        const int y = to / g.width + g.top - element / g.kernelWidth * g.dilationY;
        const int x = to % g.width + g.left - element % g.kernelWidth * g.dilationX;
        const bool isInside = y >= 0 && x >= 0 && y % g.strideY == 0 && x % g.strideX == 0 &&
                              y / g.strideY < g.outHeight && x / g.strideX < g.outWidth;
        return isInside ? dy + ((int64_t)(y / g.strideY) * g.outWidth + x / g.strideX) * g.outChannels + group * out : ZEROS;
      };
      tiles(from, g.height * g.width, in, elements, out, turned + (int64_t)group * out * in, (int64_t)in * g.outChannels, in,
            dx + group * in, g.channels);
    }
    if (isTiled) continue;
    memset(dx, 0, (size_t)w.size(0) * 4);
    eachMeeting(g, [&](int to, int element, int from) {
      const float* dyo = dy + (int64_t)to * g.outChannels;
      float* dxi = dx + (int64_t)from * g.channels;
      const float* t = turned + (int64_t)element * in * g.outChannels;
      if (g.isDepthwise()) return addProducts(dxi, dyo, t, g.channels);
      for (int o = 0; o < g.outChannels; o++) addScaled(dxi + o / out * in, dyo[o], t + (int64_t)o * in, in);
    });
  }
}

// The output positions along an axis whose input lies inside: from `first` to before `end`.
static INLINE void insideOf(int offset, int stride, int size, int outputs, int* first, int* end) {
  *first = offset < 0 ? (-offset + stride - 1) / stride : 0;
  *end = size - offset <= 0 ? 0 : (size - offset + stride - 1) / stride;
  if (*end > outputs) *end = outputs;
}

// df[k][i][o] for I channels in and V vectors out, over rows `begin` to `end`.
template <int I, int V>
static void filterTile(Work& w, const Windows& g, int ky, int kx, int channelIn, int channelOut, float* df) {
  vf sums[I][V] = {};
  const int offsetY = ky * g.dilationY - g.top, offsetX = kx * g.dilationX - g.left;
  int firstY, endY, firstX, endX;
  insideOf(offsetY, g.strideY, g.height, g.outHeight, &firstY, &endY);
  insideOf(offsetX, g.strideX, g.width, g.outWidth, &firstX, &endX);
  for (int row = w.begin; row < w.end; row++)
    for (int oy = firstY; oy < endY; oy++) {
      const int64_t from = (int64_t)(oy * g.strideY + offsetY) * g.width + (firstX * g.strideX + offsetX);
      const int64_t to = (int64_t)oy * g.outWidth + firstX;
      if (firstX < endX)
        outerProducts(sums, w.at(1, row) + from * g.channels + channelIn, (int64_t)g.strideX * g.channels,
                      w.at(2, row) + to * g.outChannels + channelOut, g.outChannels, endX - firstX);
    }
  for (int i = 0; i < I; i++)
    for (int v = 0; v < V; v++) store(df + (int64_t)i * g.outChannels + v * VL, sums[i][v]);
}

template <int V>
static void filterColumns(Work& w, const Windows& g, int element, int group, int o, float* df) {
  const int in = g.groupIn(), ky = element / g.kernelWidth, kx = element % g.kernelWidth;
  const int channelOut = group * g.groupOut() + o;
  float* to = df + (int64_t)element * in * g.outChannels + channelOut;
  int i = 0;
  for (; i + TILE_POSITIONS <= in; i += TILE_POSITIONS)
    filterTile<TILE_POSITIONS, V>(w, g, ky, kx, group * in + i, channelOut, to + (int64_t)i * g.outChannels);
  for (; i + 2 <= in; i += 2) filterTile<2, V>(w, g, ky, kx, group * in + i, channelOut, to + (int64_t)i * g.outChannels);
  for (; i < in; i++) filterTile<1, V>(w, g, ky, kx, group * in + i, channelOut, to + (int64_t)i * g.outChannels);
}

// df[part][k][i][o] = sum over rows and p of x[p * stride + k * dilation - padding][i] * dy[p][o]. 0 df by parts, 1 x, 2 dy
static void conv2dFilterGradientRun(Work& w) {
  const Windows g(w.call->ints);
  float* df = w.at(0, w.part);
  const int in = g.groupIn(), out = g.groupOut();
  if (out % VL == 0) {
    for (int element = 0; element < g.kernelHeight * g.kernelWidth; element++)
      for (int group = 0; group < g.groups; group++)
        for (int o = 0; o < out;) {
          const bool isWide = out - o >= TILE_VECTORS * VL;
          if (isWide) filterColumns<TILE_VECTORS>(w, g, element, group, o, df);
          else filterColumns<1>(w, g, element, group, o, df);
          o += isWide ? TILE_VECTORS * VL : VL;
        }
    return;
  }
  memset(df, 0, (size_t)w.size(0) * 4);
  for (int row = w.begin; row < w.end; row++) {
    const float *x = w.at(1, row), *dy = w.at(2, row);
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

// Sizes that make sense together, so that every index of a loop lies inside its operand.
static bool windowsFit(const Sizes& s, int64_t* image, int64_t* result, int64_t* filter) {
  for (int i = 0; i < WINDOW_INTS; i++) {
    const bool isPadding = i == 10 || i == 11;
    if (s.integer(i) < (isPadding ? 0 : 1) || s.integer(i) > 1 << 24) return false;
  }
  const Windows g(s.call->ints);
  if (g.channels % g.groups || g.outChannels % g.groups) return false;
  *image = (int64_t)g.height * g.width * g.channels;
  *result = (int64_t)g.outHeight * g.outWidth * g.outChannels;
  *filter = g.filterSize();
  // Positions are computed in 32 bits.
  return *image <= INT32_MAX && *result <= INT32_MAX && *filter <= INT32_MAX &&
         (int64_t)g.outHeight * g.strideY + (int64_t)g.kernelHeight * g.dilationY <= INT32_MAX &&
         (int64_t)g.outWidth * g.strideX + (int64_t)g.kernelWidth * g.dilationX <= INT32_MAX;
}

static bool conv2dFits(const Sizes& s) {
  int64_t image, result, filter;
  return windowsFit(s, &image, &result, &filter) && s.isRows(0, result) && s.isRows(1, image) && s.isWhole(2, filter);
}
static bool conv2dInputGradientFits(const Sizes& s) {
  int64_t image, result, filter;
  return windowsFit(s, &image, &result, &filter) && s.isRows(0, image) && s.isWhole(1, filter) && s.isRows(2, result);
}
static bool conv2dFilterGradientFits(const Sizes& s) {
  int64_t image, result, filter;
  return windowsFit(s, &image, &result, &filter) && s.isParts(0, filter) && s.isRows(1, image) && s.isRows(2, result);
}
