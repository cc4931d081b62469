// Gradients of what a ReLU gave, for convolutions of single pixels: dx[p][i] = sum over o of dy[p][o] * f[i][o] where
// the ReLU was not 0, as nothing wants it elsewhere. A vector of partial sums is made for each that is wanted, and 16
// of them are added up together.
#pragma once
#include "convolution.h"

// The floats of a filter that stay in the first cache.
constexpr int WANTED_FILTER = 8192;

#if VL == 16
// sums[i] = the sum of the vector partial[i]
static INLINE vf addUp(const float* partial) {
  __m512 a[8], b[4];
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) {
    const __m512 x = (__m512)load(partial + 2 * i * VL), y = (__m512)load(partial + (2 * i + 1) * VL);
    a[i] = _mm512_add_ps(_mm512_unpacklo_ps(x, y), _mm512_unpackhi_ps(x, y));
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    const __m512d x = (__m512d)a[2 * i], y = (__m512d)a[2 * i + 1];
    b[i] = _mm512_add_ps((__m512)_mm512_unpacklo_pd(x, y), (__m512)_mm512_unpackhi_pd(x, y));
  }
  const auto halves = [](__m512 x, __m512 y) INLINED { return _mm512_add_ps(_mm512_shuffle_f32x4(x, y, 0x88), _mm512_shuffle_f32x4(x, y, 0xdd)); };
  return (vf)halves(halves(b[0], b[1]), halves(b[2], b[3]));
}

// x[i] for `count` channels whose `bits` are 1, zeros for the others; a line of f is V vectors.
template <int V> static INLINE void wantedSums(uint64_t bits, int count, const float* dy, const float* f, float* dx) {
  float partial[MASKED * VL], sums[MASKED + VL];
  vf factors[V];
#pragma GCC unroll 16
  for (int v = 0; v < V; v++) factors[v] = load(dy + v * VL);
  float* to = partial;
  for (uint64_t rest = bits; rest; rest &= rest - 1, to += VL) {
    const float* line = f + (int64_t)__builtin_ctzll(rest) * (V * VL);
    vf even = factors[0] * load(line), odd = factors[1] * load(line + VL);
#pragma GCC unroll 16
    for (int v = 2; v < V; v += 2) even += factors[v] * load(line + v * VL), odd += factors[v + 1] * load(line + (v + 1) * VL);
    store(to, even + odd);
  }
  // Up to the next 16, and what is in their room is not looked at.
  for (int i = 0; partial + i * VL < to; i += VL) store(sums + i, addUp(partial + i * VL));
  const float* from = sums;
  for (int i = 0; i < count; i += VL) {
    const __mmask16 lanes = (__mmask16)(bits >> i);
    store(dx + i, (vf)_mm512_maskz_expandloadu_ps(lanes, from));
    from += __builtin_popcount((unsigned)lanes);
  }
}

// Rows of dy and y. False, and nothing is done, if too many numbers are wanted.
template <int V> static bool multiplyWanted(const float* y, const float* dy, int rows, int channels, const float* filter, float* dx) {
  constexpr int SOME = WANTED_FILTER / (V * VL), MOST_BLOCKS = 16;
  uint64_t bits[MOST_BLOCKS][MASKED_ROWS];
  if (channels > SOME * MOST_BLOCKS) return false;
  if (!hasManyZeros(y, rows, channels, SOME, bits)) return false;
  for (int first = 0; first < channels; first += SOME) {
    const int count = channels - first < SOME ? channels - first : SOME;
    const float* f = filter + (int64_t)first * (V * VL);
    for (int row = 0; row < rows; row++) {
      float* to = dx + (int64_t)row * channels + first;
      for (int i = 0; i < count; i += VL) fetchToWrite(to + 2 * (int64_t)channels + i);
      wantedSums<V>(bits[first / SOME][row], count, dy + (int64_t)row * (V * VL), f, to);
    }
  }
  return true;
}
#endif

// 0 dx, 1 turned filter whole, in panels, 2 dy, 3 what the ReLU gave, 4 filter whole; ints: windows
static void wantedInputGradientRun(Work& w) {
  const Windows g(w.call->ints);
  const int in = g.channels, out = g.outChannels;
  const int64_t total = (int64_t)(w.end - w.begin) * g.height * g.width, blocks = (total + MASKED_ROWS - 1) / MASKED_ROWS;
  float* dx = w.at(0, w.begin);
  const float *turned = w.at(1, 0), *dy = w.at(2, w.begin), *y = w.at(3, w.begin), *filter = w.at(4, 0);
  for (int64_t block = 0, begin = 0; block < blocks; block++) {
    const int rows = (int)(total * (block + 1) / blocks - begin);
    bool isDone = false;
#if VL == 16
    if (out == 8 * VL) isDone = multiplyWanted<8>(y, dy, rows, in, filter, dx);
    if (out == 16 * VL) isDone = multiplyWanted<16>(y, dy, rows, in, filter, dx);
#endif
    if (!isDone) multiplyPacked(dy, out, rows, turned, (int64_t)out * PANEL, out, in, dx, in, false);
    dx += (int64_t)rows * in, y += (int64_t)rows * in, dy += (int64_t)rows * out, begin += rows;
  }
}

static bool wantedInputGradientFits(const Sizes& s) {
  int64_t image, result, filter;
  if (!windowsFit(s, &image, &result, &filter) || !isPointwise(Windows(s.call->ints)) || s.integer(2) % PANEL) return false;
  return s.isRows(0, image) && s.isWhole(1, filter) && s.isRows(2, result) && s.isRows(3, image) && s.isWhole(4, filter);
}
