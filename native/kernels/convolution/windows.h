// Windows over images, channels last: sizes, and images with zeros around them.
#pragma once
#include "../elementwise.h"
#include "../products/tile.h"

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

// Checks whether a convolution is of single pixels.
static bool isPointwise(const Windows& g) {
  return g.kernelHeight == 1 && g.kernelWidth == 1 && g.strideY == 1 && g.strideX == 1 && g.outHeight == g.height && g.outWidth == g.width &&
         g.groups == 1 && !g.top && !g.left;
}

// An image within zeros, so that every window lies inside.
struct Frame {
  int height, width, channels;  // of the image
  int64_t top, left, framedHeight, framedWidth;

  // Around x.
  static Frame ofImage(const Windows& g) {
    return {g.height, g.width, g.channels, g.top, g.left, (int64_t)(g.outHeight - 1) * g.strideY + (int64_t)(g.kernelHeight - 1) * g.dilationY + 1,
            (int64_t)(g.outWidth - 1) * g.strideX + (int64_t)(g.kernelWidth - 1) * g.dilationX + 1};
  }
  // Around dy, for the gradient of x.
  static Frame ofGradient(const Windows& g) {
    const int64_t top = before(g.top, g.kernelHeight, g.dilationY, g.strideY), left = before(g.left, g.kernelWidth, g.dilationX, g.strideX);
    return {g.outHeight, g.outWidth, g.outChannels, top, left, (g.height - 1 + (int64_t)g.top) / g.strideY + 1 + top,
            (g.width - 1 + (int64_t)g.left) / g.strideX + 1 + left};
  }
  bool isNeeded() const { return top || left || framedHeight > height || framedWidth > width; }
  int64_t size() const { return framedHeight * framedWidth * channels; }
  int64_t line() const { return (isNeeded() ? framedWidth : width) * channels; }

  // Returns the image with its zeros, from `room` if it has any.
  const float* around(const float* x, float* room) const {
    if (!isNeeded()) return x;
    const int64_t columns = framedWidth - left < width ? framedWidth - left : width;
    memset(room, 0, (size_t)size() * 4);
    for (int64_t y = 0; y < height && y + top < framedHeight && columns > 0; y++)
      memcpy(room + ((y + top) * framedWidth + left) * channels, x + y * width * channels, (size_t)(columns * channels) * 4);
    return room;
  }

  // Copies what lies inside of the zeros; what the frame leaves out is 0.
  void takeInside(const float* framed, float* x) const {
    const int64_t columns = framedWidth - left < width ? framedWidth - left : width;
    memset(x, 0, (size_t)height * (size_t)width * (size_t)channels * 4);
    for (int64_t y = 0; y < height && y + top < framedHeight && columns > 0; y++)
      memcpy(x + y * width * channels, framed + ((y + top) * framedWidth + left) * channels, (size_t)(columns * channels) * 4);
  }

 private:
  // The steps of dy before its first that the last kernel element reaches.
  static int64_t before(int padding, int kernel, int dilation, int stride) {
    const int64_t reach = (int64_t)(kernel - 1) * dilation - padding;
    return reach > 0 ? (reach + stride - 1) / stride : 0;
  }
};

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
