// Convolutions, channels last: y[p][o] = sum over (k, i) of x[p * stride + k * dilation - padding][i] * f[k][i][o].
// Channels are divided into groups. These are the plain loops, for any size; faster ones are beside them.
#pragma once
#include "elementwise.h"

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
  const int in = g.groupIn(), out = g.groupOut();
  for (int row = w.begin; row < w.end; row++) {
    const float* x = w.at(1, row);
    float* y = w.at(0, row);
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

// dx[p * stride + k * dilation - padding][i] = sum over (k, o) of dy[p][o] * f[k][i][o]. 0 dx, 1 filter whole, 2 dy
static void conv2dInputGradientRun(Work& w) {
  const Windows g(w.call->ints);
  const float* filter = w.at(1, 0);
  const int in = g.groupIn(), out = g.groupOut();
  for (int row = w.begin; row < w.end; row++) {
    const float* dy = w.at(2, row);
    float* dx = w.at(0, row);
    memset(dx, 0, (size_t)w.size(0) * 4);
    eachMeeting(g, [&](int to, int element, int from) {
      const float* dyo = dy + (int64_t)to * g.outChannels;
      float* dxi = dx + (int64_t)from * g.channels;
      const float* f = filter + (int64_t)element * in * g.outChannels;
      if (g.isDepthwise()) return addProducts(dxi, dyo, f, g.channels);
      for (int group = 0; group < g.groups; group++)
        for (int i = 0; i < in; i++)
          dxi[group * in + i] += dot(dyo + group * out, f + (int64_t)i * g.outChannels + group * out, out);
    });
  }
}

// df[part][k][i][o] = sum over rows and p of x[p * stride + k * dilation - padding][i] * dy[p][o]. 0 df by parts, 1 x, 2 dy
static void conv2dFilterGradientRun(Work& w) {
  const Windows g(w.call->ints);
  float* df = w.at(0, w.part);
  const int in = g.groupIn(), out = g.groupOut();
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
