// Max pools that keep where their maxima were, for gradients that go there alone.
#pragma once
#include "../pooling.h"

// The geometry of a pool over the result of a convolution; ints: see the members, in their order, behind those of the convolution.
struct PoolWindows {
  int outHeight, outWidth, kernelHeight, kernelWidth, strideY, strideX, top, left;
  explicit PoolWindows(const int32_t* ints) { memcpy(this, ints + WINDOW_INTS, sizeof *this); }
  int windows() const { return outHeight * outWidth; }
};
constexpr int POOL_INTS = sizeof(PoolWindows) / 4;

// y[p][c] = max of x[window p][c]; at[p][c] = the position in x of the first such. 0 y, 1 int32 at, 2 x
static void maxPool2dPlacesRun(Work& w) {
  const Windows g(w.call->ints);
  for (int row = w.begin; row < w.end; row++) {
    const float* x = w.at(2, row);
    float* y = w.at(0, row);
    int32_t* at = w.intsAt(1, row);
    for (int oy = 0; oy < g.outHeight; oy++)
      for (int ox = 0; ox < g.outWidth; ox++, y += g.channels, at += g.channels) {
        const int top = oy * g.strideY - g.top, left = ox * g.strideX - g.left;
        const int y0 = top < 0 ? 0 : top, y1 = top + g.kernelHeight < g.height ? top + g.kernelHeight : g.height;
        const int x0 = left < 0 ? 0 : left, x1 = left + g.kernelWidth < g.width ? left + g.kernelWidth : g.width;
        int c = 0;
        for (; c + VL <= g.channels; c += VL) {
          vf best = splat(-INFINITY);
          vi place = {};
          for (int line = y0; line < y1; line++)
            for (int column = x0; column < x1; column++) {
              const int32_t here = line * g.width + column;
              const vf value = load(x + (int64_t)here * g.channels + c);
              const vi isMore = value > best;
              best = isMore ? value : best;
              place = isMore ? here - (vi){} : place;
            }
          store(y + c, best);
          memcpy(at + c, &place, sizeof place);
        }
        for (; c < g.channels; c++) {
          y[c] = -INFINITY;
          at[c] = 0;
          for (int line = y0; line < y1; line++)
            for (int column = x0; column < x1; column++) {
              const int32_t here = line * g.width + column;
              const float value = x[(int64_t)here * g.channels + c];
              if (value > y[c]) y[c] = value, at[c] = here;
            }
        }
      }
  }
}

static bool maxPool2dPlacesFits(const Sizes& s) {
  int64_t image, result;
  return poolFits(s, &image, &result) && s.isRows(0, result) && s.isRows(1, result) && s.isRows(2, image);
}

// Calls f(window, position in the pooled image, line, column) for each element of each window that lies inside.
template <typename F> static INLINE void eachElement(const PoolWindows& pool, const Windows& g, F f) {
  for (int window = 0; window < pool.windows(); window++)
    for (int ky = 0; ky < pool.kernelHeight; ky++) {
      const int y = window / pool.outWidth * pool.strideY + ky - pool.top;
      if (y < 0 || y >= g.outHeight) continue;
      for (int kx = 0; kx < pool.kernelWidth; kx++) {
        const int x = window % pool.outWidth * pool.strideX + kx - pool.left;
        if (x >= 0 && x < g.outWidth) f(window, y * g.outWidth + x, y, x);
      }
    }
}

// Room for an image within its zeros, if it needs any.
static bool frameRoomFits(const Sizes& s, const Frame& frame, int operand) {
  return frame.framedHeight <= INT32_MAX && frame.framedWidth <= INT32_MAX && frame.framedHeight * frame.framedWidth <= INT32_MAX &&
         frame.size() <= INT32_MAX && s.has(operand) && s.isRows(operand, s.size(operand)) &&
         (!frame.isNeeded() || s.size(operand) >= frame.size());
}

// A pool over all channels of a convolution in one group, with its numbers by rows in operands `d` and `d + 1`.
static bool placesFit(const Sizes& s, int d) {
  for (int i = WINDOW_INTS; i < WINDOW_INTS + POOL_INTS; i++) {
    const bool isPadding = i >= WINDOW_INTS + 6;
    if (s.integer(i) < (isPadding ? 0 : 1) || s.integer(i) > 1 << 24) return false;
  }
  const PoolWindows pool(s.call->ints);
  const Windows g(s.call->ints);
  const int64_t size = (int64_t)pool.outHeight * pool.outWidth * g.outChannels;
  return (int64_t)pool.outHeight * pool.outWidth <= 1 << 24 && size <= 1 << 28 && g.groups == 1 && g.dilationX == 1 && g.dilationY == 1 &&
         (int64_t)pool.outHeight * pool.strideY + pool.kernelHeight <= INT32_MAX &&
         (int64_t)pool.outWidth * pool.strideX + pool.kernelWidth <= INT32_MAX && s.isRows(d, size) && s.isRows(d + 1, size);
}
