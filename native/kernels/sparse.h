// Gradients of convolutions where most of dy is 0, as behind a pool: zeros are dropped, and what is left is added up with
// vectors along a kernel row of all channels. Filters are by kernel rows: t[ky][o][kx * channels + i] = f[ky][kx][i][o].
#pragma once
#include "windows.h"

// A number that is not 0, and where the row lies that it is multiplied with.
struct Term {
  int32_t at;
  float value;
};

// y[v] += sum over terms of value * x[at + v], for N vectors
template <int N> static INLINE void addTerms(const Term* term, const Term* end, const float* x, float* y) {
  vf sums[N];
#pragma GCC unroll 12
  for (int v = 0; v < N; v++) sums[v] = load(y + v * VL);
  for (; term < end; term++) {
    const vf value = splat(term->value);
    const float* row = x + term->at;
#pragma GCC unroll 12
    for (int v = 0; v < N; v++) sums[v] += value * load(row + v * VL);
  }
#pragma GCC unroll 12
  for (int v = 0; v < N; v++) store(y + v * VL, sums[v]);
}

// As many vectors as there are in `count` floats, the most at a time that registers hold.
static INLINE int stretchOf(int count) {
  const int vectors = count / VL;
  return vectors >= 12 && vectors != 20 ? 12 : vectors >= 10 ? 10 : vectors >= 6 ? 6 : vectors >= 3 ? 3 : 1;
}

static INLINE void addStretch(int vectors, const Term* term, const Term* end, const float* x, float* y) {
  if (vectors == 12) addTerms<12>(term, end, x, y);
  else if (vectors == 10) addTerms<10>(term, end, x, y);
  else if (vectors == 6) addTerms<6>(term, end, x, y);
  else if (vectors == 3) addTerms<3>(term, end, x, y);
  else addTerms<1>(term, end, x, y);
}

// Where the window of an output begins in a framed image.
static INLINE int32_t cornerOf(const Windows& g, const Frame& frame, int position) {
  return (int32_t)(position / g.outWidth * g.strideY * frame.line() + (int64_t)(position % g.outWidth) * g.strideX * g.channels);
}

// dx[p * stride + k - padding][i] = sum over (k, o) of dy[p][o] * f[k][i][o]. 0 dx, 1 filter by rows whole, 2 dy, 3 room for a
// framed image, 4 room for terms
static void sparseInputGradientRun(Work& w) {
  const Windows g(w.call->ints);
  const Frame frame = Frame::ofImage(g);
  const int positions = g.outHeight * g.outWidth, out = g.outChannels, run = g.kernelWidth * g.channels;
  const float* t = w.at(1, 0);
  Term* const terms = (Term*)w.at(4, w.begin);
  int32_t* const ends = (int32_t*)(terms + (int64_t)positions * out);
  for (int row = w.begin; row < w.end; row++) {
    const float* dy = w.at(2, row);
    float* const dx = frame.isNeeded() ? w.at(3, w.begin) : w.at(0, row);
    memset(dx, 0, (size_t)(frame.isNeeded() ? frame.size() : w.size(0)) * 4);
    int32_t count = 0;
    for (int p = 0; p < positions; p++) {
      for (int o = 0; o < out; o++) {
        const float d = dy[(int64_t)p * out + o];
        terms[count] = {o * run, d};
        count += d != 0;
      }
      ends[p] = count;
    }
    for (int ky = 0; ky < g.kernelHeight; ky++)
      for (int c = 0; c < run;) {
        const int vectors = stretchOf(run - c);
        const float* rows = t + (int64_t)ky * out * run + c;
        int32_t begin = 0;
        for (int p = 0; p < positions; begin = ends[p++])
          if (begin < ends[p])
            addStretch(vectors, terms + begin, terms + ends[p], rows, dx + cornerOf(g, frame, p) + ky * frame.line() + c);
        c += vectors * VL;
      }
    if (frame.isNeeded()) frame.takeInside(dx, w.at(0, row));
  }
}

// Channels out whose terms are listed at a time.
constexpr int LISTS = 16;

// df[part][ky][o][kx * channels + i] = sum over rows and p of x[p * stride + k - padding][i] * dy[p][o].
// 0 df by parts, 1 x, 2 dy, 3 room for a framed image, 4 room for terms
static void sparseFilterGradientRun(Work& w) {
  const Windows g(w.call->ints);
  const Frame frame = Frame::ofImage(g);
  const int positions = g.outHeight * g.outWidth, out = g.outChannels, run = g.kernelWidth * g.channels;
  float* const df = w.at(0, w.part);
  Term* const terms = (Term*)w.at(4, w.begin);
  memset(df, 0, (size_t)w.size(0) * 4);
  for (int row = w.begin; row < w.end; row++) {
    const float *x = frame.around(w.at(1, row), w.at(3, w.begin)), *dy = w.at(2, row);
    for (int first = 0; first < out; first += LISTS) {
      const int lists = out - first < LISTS ? out - first : LISTS;
      int32_t counts[LISTS] = {};
      for (int p = 0; p < positions; p++) {
        const int32_t corner = cornerOf(g, frame, p);
        for (int o = 0; o < lists; o++) {
          const float d = dy[(int64_t)p * out + first + o];
          terms[(int64_t)o * positions + counts[o]] = {corner, d};
          counts[o] += d != 0;
        }
      }
      for (int ky = 0; ky < g.kernelHeight; ky++)
        for (int o = 0; o < lists; o++) {
          const Term* list = terms + (int64_t)o * positions;
          float* to = df + ((int64_t)ky * out + first + o) * run;
          for (int c = 0; c < run && counts[o] > 0;) {
            const int vectors = stretchOf(run - c);
            addStretch(vectors, list, list + counts[o], x + ky * frame.line() + c, to + c);
            c += vectors * VL;
          }
        }
    }
  }
}

// Kernel rows that fill vectors, whole windows in one group, and room.
static bool sparseFits(const Sizes& s, int64_t* image, int64_t* result, int64_t* filter, int64_t termsOfPosition) {
  if (!windowsFit(s, image, result, filter)) return false;
  const Windows g(s.call->ints);
  const Frame frame = Frame::ofImage(g);
  return g.groups == 1 && g.dilationX == 1 && g.dilationY == 1 && (int64_t)g.kernelWidth * g.channels % VL == 0 &&
         frame.framedHeight <= INT32_MAX && frame.framedWidth <= INT32_MAX && frame.framedHeight * frame.framedWidth <= INT32_MAX &&
         frame.size() <= INT32_MAX && s.has(3) && s.isRows(3, s.size(3)) && (!frame.isNeeded() || s.size(3) >= frame.size()) &&
         s.has(4) && s.isRows(4, s.size(4)) && s.size(4) >= (int64_t)g.outHeight * g.outWidth * (2 * termsOfPosition + 1);
}
static bool sparseInputGradientFits(const Sizes& s) {
  int64_t image, result, filter;
  return sparseFits(s, &image, &result, &filter, s.integer(5)) && s.isRows(0, image) &&
         s.isWhole(1, filter) && s.isRows(2, result);
}
static bool sparseFilterGradientFits(const Sizes& s) {
  int64_t image, result, filter;
  return sparseFits(s, &image, &result, &filter, LISTS) && s.isParts(0, filter) &&
         s.isRows(1, image) && s.isRows(2, result);
}
