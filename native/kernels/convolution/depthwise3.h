// Depthwise 3 x 3 convolutions at stride 1 or 2, and both their gradients, of images without zeros around them: a pixel is
// loaded once for all outputs of a line that it is part of.
#pragma once
#include "../products/tile.h"
#include "windows.h"

static bool isDepthwise3(const Windows& g) {
  return g.isDepthwise() && g.groups > 1 && g.channels >= 16 && g.kernelHeight == 3 && g.kernelWidth == 3 && g.dilationY == 1 &&
         g.dilationX == 1 && g.strideY == g.strideX && g.strideX <= 2 && g.top <= 2 && g.left <= 2;
}

// An image whose pixels outside are 0.
struct Image {
  const float* at;
  int height, width, channels;
  INLINE const float* line(int y) const { return y >= 0 && y < height ? at + (int64_t)y * width * channels : nullptr; }
};

template <int N> struct Count {
  static constexpr int value = N;
};

// Calls work(channel) for each vector of channels; the last may overlap the one before it.
template <typename F> static INLINE void eachChannels(int channels, F work) {
  for (int c = 0; c < channels; c += VL) work(c + VL <= channels ? c : channels - VL);
}

// P outputs of a line, whose first window begins at column `left` of the image. Where it is not INSIDE, columns may be outside.
template <int P, int S, bool INSIDE>
static INLINE void depthwiseOutputs(const Image& x, const float* const* lines, int left, const float* const* taps, float* y, const Finish& finish) {
  eachChannels(x.channels, [&](int c) INLINED {
    vf sums[P] = {};
    // The lines of the next outputs come while these are computed.
    for (int p = 0; p < P; p++) fetchToWrite(y + (P + p) * x.channels + c);
    for (int a = 0; a < 3; a++) {
      if (!lines[a]) continue;
      const float* from = lines[a] + (int64_t)left * x.channels + c;
      const vf w[3] = {load(taps[3 * a] + c), load(taps[3 * a + 1] + c), load(taps[3 * a + 2] + c)};
#pragma GCC unroll 16
      for (int q = 0; q < (P - 1) * S + 3; q++) {
        if (!INSIDE && (left + q < 0 || left + q >= x.width)) continue;
        const vf pixel = load(from + q * x.channels);
#pragma GCC unroll 3
        for (int b = 0; b < 3; b++)
          if (q >= b && (q - b) % S == 0 && (q - b) / S < P) sums[(q - b) / S] += pixel * w[b];
      }
    }
    const vf bias = finish.bias ? load(finish.bias + c) : (vf){};
#pragma GCC unroll 8
    for (int p = 0; p < P; p++) {
      vf sum = sums[p];
      if (finish.bias) sum += bias;
      if (finish.isRelu) sum = sum < 0 ? (vf){} : sum;
      store(y + p * x.channels + c, sum);
    }
  });
}

// y[p][c] = sum over (a, b) of x[p * S + (a, b) - (top, left)][c] * taps[a][b][c] for outputs in lines.
template <int S>
static void depthwiseImage(const Image& x, int top, int left, const float* const* taps, float* y, int outHeight, int outWidth, const Finish& finish) {
  for (int line = 0; line < outHeight; line++) {
    const float* lines[3];
    for (int a = 0; a < 3; a++) lines[a] = x.line(line * S - top + a);
    for (int p = 0; p < outWidth;) {
      const int begin = p * S - left, rest = outWidth - p;
      const auto some = [&](auto positions) INLINED {
        constexpr int P = decltype(positions)::value;
        if (begin >= 0 && begin + (P - 1) * S + 3 <= x.width) depthwiseOutputs<P, S, true>(x, lines, begin, taps, y, finish);
        else depthwiseOutputs<P, S, false>(x, lines, begin, taps, y, finish);
        p += P, y += P * x.channels;
      };
      if (rest >= 7) some(Count<7>());
      else if (rest >= 4) some(Count<4>());
      else some(Count<1>());
    }
  }
}

// The gradient of x at stride 2 for Q columns from `begin` on, where begin + left is even: dx[q] = sum over b of
// dy[(q + left - b) / 2] * taps[b], for up to two lines of dy.
template <int Q>
static INLINE void spreadOutputs(const Image& dy, const float* const* lines, const int* rows, int begin, int left, int width,
                                 const float* const* taps, float* dx) {
  const int first = (begin + left) / 2 - 1;
  eachChannels(dy.channels, [&](int c) INLINED {
    vf sums[Q] = {};
    for (int i = 0; i < 2; i++) {
      if (!lines[i]) continue;
      const float* from = lines[i] + c;
      const float* const* t = taps + 3 * rows[i];
      const vf w0 = load(t[0] + c), w1 = load(t[1] + c), w2 = load(t[2] + c);
#pragma GCC unroll 8
      for (int j = 0; j < Q / 2 + 1; j++) {
        if (first + j < 0 || first + j >= dy.width) continue;
        const vf g = load(from + (int64_t)(first + j) * dy.channels);
        if (j < Q / 2) sums[2 * j] += g * w2;
        if (j > 0) sums[2 * j - 2] += g * w0, sums[2 * j - 1] += g * w1;
      }
    }
#pragma GCC unroll 8
    for (int q = 0; q < Q; q++)
      if (begin + q >= 0 && begin + q < width) store(dx + (int64_t)(begin + q) * dy.channels + c, sums[q]);
  });
}

static void depthwiseSpread(const Windows& g, const float* dy, const float* const* taps, float* dx) {
  const Image image = {dy, g.outHeight, g.outWidth, g.channels};
  for (int line = 0; line < g.height; line++, dx += (int64_t)g.width * g.channels) {
    const float* lines[2] = {};
    int rows[2] = {};
    for (int a = (line + g.top) % 2, i = 0; a < 3; a += 2, i++) {
      const int from = line + g.top - a;
      lines[i] = from >= 0 ? image.line(from / 2) : nullptr;
      rows[i] = a;
    }
    for (int begin = -(g.left % 2); begin < g.width; begin += 8) spreadOutputs<8>(image, lines, rows, begin, g.left, g.width, taps, dx);
  }
}

// Elements of a filter by their addresses, from the first to the last or turned.
struct Taps {
  const float* at[9];
  Taps(const float* filter, int channels, bool isTurned) {
    for (int i = 0; i < 9; i++) at[i] = filter + (int64_t)(isTurned ? 8 - i : i) * channels;
  }
};

static INLINE void depthwise3(const Windows& g, const float* x, const float* filter, float* y, const Finish& finish) {
  const Image image = {x, g.height, g.width, g.channels};
  const Taps taps(filter, g.channels, false);
  if (g.strideX == 1) depthwiseImage<1>(image, g.top, g.left, taps.at, y, g.outHeight, g.outWidth, finish);
  else depthwiseImage<2>(image, g.top, g.left, taps.at, y, g.outHeight, g.outWidth, finish);
}

static INLINE void depthwise3InputGradient(const Windows& g, const float* dy, const float* filter, float* dx) {
  if (g.strideX == 2) return depthwiseSpread(g, dy, Taps(filter, g.channels, false).at, dx);
  const Taps taps(filter, g.channels, true);
  depthwiseImage<1>({dy, g.outHeight, g.outWidth, g.channels}, 2 - g.top, 2 - g.left, taps.at, dx, g.height, g.width, {});
}

// Adds to df[a][b] for kernel lines FROM to TO, from a line of dy.
template <int FROM, int TO, int S>
static INLINE void addLine(const Image& x, const float* const* lines, int left, const float* dy, int outWidth, int c, vf (*sums)[3]) {
  for (int p = 0; p < outWidth; p++) {
    const vf g = load(dy + (int64_t)p * x.channels + c);
    const int column = p * S - left;
    const bool isInside = column >= 0 && column + 3 <= x.width;
#pragma GCC unroll 3
    for (int b = 0; b < 3; b++) {
      if (!isInside && (column + b < 0 || column + b >= x.width)) continue;
      const int64_t at = (int64_t)(column + b) * x.channels + c;
#pragma GCC unroll 3
      for (int a = FROM; a < TO; a++) sums[a][b] += load(lines[a] + at) * g;
    }
  }
}

template <int S> static void addDepthwise3Gradient(const Windows& g, const float* from, const float* dy, float* df) {
  const Image x = {from, g.height, g.width, g.channels};
  const int64_t step = (int64_t)g.outWidth * g.channels;
  for (int line = 0; line < g.outHeight; line++, dy += step) {
    const float* lines[3];
    for (int a = 0; a < 3; a++) lines[a] = x.line(line * S - g.top + a);
    for (int c = 0; c < g.channels; c += VL) {
      // The last vector may overlap the one before it, whose lanes are left as they are.
      const int at = c + VL <= g.channels ? c : g.channels - VL;
      vf sums[3][3] = {};
      if (lines[0] && lines[1] && lines[2]) addLine<0, 3, S>(x, lines, g.left, dy, g.outWidth, at, sums);
      else if (lines[1] && lines[2]) addLine<1, 3, S>(x, lines, g.left, dy, g.outWidth, at, sums);
      else if (lines[0] && lines[1]) addLine<0, 2, S>(x, lines, g.left, dy, g.outWidth, at, sums);
      else if (lines[0]) addLine<0, 1, S>(x, lines, g.left, dy, g.outWidth, at, sums);
      else if (lines[1]) addLine<1, 2, S>(x, lines, g.left, dy, g.outWidth, at, sums);
      else if (lines[2]) addLine<2, 3, S>(x, lines, g.left, dy, g.outWidth, at, sums);
      vi kept = {};
      for (int lane = 0; lane < VL; lane++) kept[lane] = lane < c - at ? 0 : -1;
      for (int i = 0; i < 9; i++) {
        float* to = df + (int64_t)i * g.channels + at;
        store(to, load(to) + (vf)((vi)sums[i / 3][i % 3] & kept));
      }
    }
  }
}
