// Sums of the terms that count: a list holds the numbers that are not 0, with their places, and their terms are added up
// in registers.
#pragma once
#include "../simd.h"

// y[r][v] += sum over i of value[i] * x[r][at[i] + v], for R rows of N vectors
template <int R, int N>
static INLINE void addTerms(const int32_t* at, const float* value, int count, const float* x, int64_t xRow, float* y, int64_t yRow) {
  vf sums[R][N];
#pragma GCC unroll 4
  for (int r = 0; r < R; r++) {
#pragma GCC unroll 12
    for (int v = 0; v < N; v++) sums[r][v] = load(y + r * yRow + v * VL);
  }
  for (int i = 0; i < count; i++) {
    const vf factor = splat(value[i]);
    const float* from = x + at[i];
#pragma GCC unroll 4
    for (int r = 0; r < R; r++) {
#pragma GCC unroll 12
      for (int v = 0; v < N; v++) sums[r][v] += factor * load(from + r * xRow + v * VL);
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < R; r++) {
#pragma GCC unroll 12
    for (int v = 0; v < N; v++) store(y + r * yRow + v * VL, sums[r][v]);
  }
}

// As many vectors as there are in `count` floats, the most at a time that registers hold.
static INLINE int stretchOf(int count) {
  const int vectors = count / VL;
  return vectors >= 12 && vectors != 20 ? 12 : vectors >= 10 ? 10 : vectors >= 6 ? 6 : vectors >= 3 ? 3 : 1;
}

static INLINE void addStretch(int vectors, const int32_t* at, const float* value, int count, const float* x, float* y) {
  if (vectors == 12) addTerms<1, 12>(at, value, count, x, 0, y, 0);
  else if (vectors == 10) addTerms<1, 10>(at, value, count, x, 0, y, 0);
  else if (vectors == 6) addTerms<1, 6>(at, value, count, x, 0, y, 0);
  else if (vectors == 3) addTerms<1, 3>(at, value, count, x, 0, y, 0);
  else addTerms<1, 1>(at, value, count, x, 0, y, 0);
}
