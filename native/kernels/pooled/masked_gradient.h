// Gradients of filters behind a max pool where the image has few channels: vectors lie along the channels out, and each place of
// a window takes the numbers that went to it.
#pragma once
#include "places.h"

// df[i][v] += sum over windows and their elements e of x[e][offset i] * (place[v] == e ? d[v] : 0)
template <int I, int V>
static INLINE void maskedTile(const Windows& g, const PoolWindows& pool, const Frame& frame, const float* x, const int64_t* offsets,
                              int count, const float* d, const int32_t* places, float* df) {
  vf sums[I][V] = {};
  int64_t off[I];
  for (int i = 0; i < I; i++) off[i] = offsets[i < count ? i : count - 1];
  eachElement(pool, g, [&](int window, int position, int line, int column) INLINED {
    const float* from = x + line * g.strideY * frame.line() + (int64_t)column * g.strideX * g.channels;
    const int64_t own = (int64_t)window * g.outChannels;
    vf given[V];
#pragma GCC unroll 2
    for (int v = 0; v < V; v++) {
      vi place;
      memcpy(&place, places + own + v * VL, sizeof place);
      given[v] = (vf)((vi)load(d + own + v * VL) & (place == position));
    }
#pragma GCC unroll 16
    for (int i = 0; i < I; i++) {
#pragma GCC unroll 2
      for (int v = 0; v < V; v++) sums[i][v] += splat(from[off[i]]) * given[v];
    }
  });
#pragma GCC unroll 16
  for (int i = 0; i < I; i++) {
    if (i >= count) break;
    float* to = df + (int64_t)i * g.outChannels;
#pragma GCC unroll 2
    for (int v = 0; v < V; v++) store(to + v * VL, load(to + v * VL) + sums[i][v]);
  }
}

template <int V>
static void maskedRows(const Windows& g, const PoolWindows& pool, const Frame& frame, const float* x, const int64_t* offsets, int count,
                       const float* d, const int32_t* places, float* df) {
  constexpr int MOST = TILE_POSITIONS, HALF = VL == 16 ? 9 : 3;
  for (int i = 0; i < count;) {
    const int left = count - i;
    float* to = df + (int64_t)i * g.outChannels;
    if (left > HALF) maskedTile<MOST, V>(g, pool, frame, x, offsets + i, left < MOST ? left : MOST, d, places, to), i += MOST;
    else if (left > 2) maskedTile<HALF, V>(g, pool, frame, x, offsets + i, left < HALF ? left : HALF, d, places, to), i += HALF;
    else maskedTile<2, V>(g, pool, frame, x, offsets + i, left, d, places, to), i += 2;
  }
}

// True for windows of 2 x 2 elements within a gray image, whose numbers a vector holds side by side.
static INLINE bool areSquares(const Windows& g, const PoolWindows& pool) {
  return pool.kernelHeight == 2 && pool.kernelWidth == 2 && !pool.top && !pool.left && g.strideX * g.channels == 1 &&
         (pool.outHeight - 1) * pool.strideY + 2 <= g.outHeight && (pool.outWidth - 1) * pool.strideX + 2 <= g.outWidth;
}

#if VL >= 8 && !defined(__clang__)
typedef double vd __attribute__((vector_size(VL * 4)));
constexpr bool CAN_LOOK_UP = true;

// The same for such windows: of the four numbers that a place may meet, each lane takes its own.
template <int I, int V>
static INLINE void lookedUpTile(const Windows& g, const PoolWindows& pool, const Frame& frame, const float* x, const int64_t* offsets,
                                int count, const float* d, const int32_t* places, float* df) {
  vf sums[I][V] = {};
  int64_t off[I];
  for (int i = 0; i < I; i++) off[i] = offsets[i < count ? i : count - 1];
  const int64_t line = g.strideY * frame.line();
  for (int window = 0; window < pool.windows(); window++, d += g.outChannels, places += g.outChannels) {
    const int top = window / pool.outWidth * pool.strideY, left = window % pool.outWidth * pool.strideX;
    const float* from = x + top * line + left;
    vf given[V];
    vi own[V];
#pragma GCC unroll 2
    for (int v = 0; v < V; v++) {
      memcpy(&own[v], places + v * VL, sizeof own[v]);
      own[v] -= top * g.outWidth + left;
      own[v] += (own[v] >= g.outWidth) & (2 - g.outWidth);
      given[v] = load(d + v * VL);
    }
#pragma GCC unroll 16
    for (int i = 0; i < I; i++) {
      vd pairs = {};
      double pair;
      memcpy(&pair, from + off[i], sizeof pair);
      pairs[0] = pair;
      memcpy(&pair, from + off[i] + line, sizeof pair);
      pairs[1] = pair;
#pragma GCC unroll 2
      for (int v = 0; v < V; v++) sums[i][v] += __builtin_shuffle((vf)pairs, own[v]) * given[v];
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < I; i++) {
    if (i >= count) break;
    float* to = df + (int64_t)i * g.outChannels;
#pragma GCC unroll 2
    for (int v = 0; v < V; v++) store(to + v * VL, load(to + v * VL) + sums[i][v]);
  }
}

template <int V>
static void lookedUpRows(const Windows& g, const PoolWindows& pool, const Frame& frame, const float* x, const int64_t* offsets, int count,
                         const float* d, const int32_t* places, float* df) {
  constexpr int MOST = VL == 16 ? 13 : 5, SOME = VL == 16 ? 9 : 3;
  for (int i = 0; i < count;) {
    const int left = count - i;
    float* to = df + (int64_t)i * g.outChannels;
    if (left > SOME) lookedUpTile<MOST, V>(g, pool, frame, x, offsets + i, left, d, places, to), i += MOST;
    else lookedUpTile<SOME, V>(g, pool, frame, x, offsets + i, left, d, places, to), i += SOME;
  }
}
#else
constexpr bool CAN_LOOK_UP = false;
template <int V>
static void lookedUpRows(const Windows&, const PoolWindows&, const Frame&, const float*, const int64_t*, int, const float*, const int32_t*, float*) {}
#endif

// Elements of a kernel and channels that a filter may have.
constexpr int MAX_MASKED = 128;

// df[part][k][i][o] = sum over rows and p of x[p * stride + k - padding][i] * dy[p][o]. 0 df by parts, 1 x, 2 d of the pool,
// 3 its places, 4 room for a framed image; ints: windows, pool
static void maskedFilterGradientRun(Work& w) {
  const Windows g(w.call->ints);
  const PoolWindows pool(w.call->ints);
  const Frame frame = Frame::ofImage(g);
  const int count = g.kernelHeight * g.kernelWidth * g.channels, out = g.outChannels;
  int64_t offsets[MAX_MASKED];
  for (int i = 0; i < count; i++) {
    const int element = i / g.channels;
    offsets[i] = element / g.kernelWidth * frame.line() + (int64_t)(element % g.kernelWidth) * g.channels + i % g.channels;
  }
  const bool isLookedUp = CAN_LOOK_UP && areSquares(g, pool);
  float* const df = w.at(0, w.part);
  memset(df, 0, (size_t)w.size(0) * 4);
  for (int row = w.begin; row < w.end; row++) {
    const float *x = frame.around(w.at(1, row), w.at(4, w.begin)), *d = w.at(2, row);
    const int32_t* places = w.intsAt(3, row);
    for (int c = 0; c < out;) {
      const bool isWide = out - c >= 2 * VL;
      if (isLookedUp && isWide) lookedUpRows<2>(g, pool, frame, x, offsets, count, d + c, places + c, df + c);
      else if (isLookedUp) lookedUpRows<1>(g, pool, frame, x, offsets, count, d + c, places + c, df + c);
      else if (isWide) maskedRows<2>(g, pool, frame, x, offsets, count, d + c, places + c, df + c);
      else maskedRows<1>(g, pool, frame, x, offsets, count, d + c, places + c, df + c);
      c += isWide ? 2 * VL : VL;
    }
  }
}

static bool maskedFilterGradientFits(const Sizes& s) {
  int64_t image, result, filter;
  if (!windowsFit(s, &image, &result, &filter) || !placesFit(s, 2)) return false;
  const Windows g(s.call->ints);
  return filter / g.outChannels <= MAX_MASKED && g.outChannels % VL == 0 && frameRoomFits(s, Frame::ofImage(g), 4) && s.isParts(0, filter) &&
         s.isRows(1, image);
}
