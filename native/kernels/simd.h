// Vectors of VL floats by the compiler's vector extensions: one source for AVX-512, AVX2, NEON and plain SSE2.
// Nothing here or in a kernel may be a template or inline function of the standard library: the linker would keep one
// copy for all levels (level.cpp).
#pragma once
#include "kernel.h"
#include <cstdint>
#include <cstring>
#include <math.h>
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif
#ifndef VL
#error "VL, the number of floats of a vector, must be 4, 8 or 16"
#endif

// Of a lambda.
#define INLINED __attribute__((always_inline))

typedef float vf __attribute__((vector_size(VL * 4)));
typedef int32_t vi __attribute__((vector_size(VL * 4)));

static INLINE vf load(const float* from) {
  vf v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}
static INLINE void store(float* to, vf v) { __builtin_memcpy(to, &v, sizeof v); }
// The first `floats` of a vector; the others are 0, or left as they are.
static INLINE vf load(const float* from, int floats) {
  if (floats == VL) return load(from);
  vf v = {};
  memcpy(&v, from, (size_t)floats * 4);
  return v;
}
static INLINE void store(float* to, vf v, int floats) {
  if (floats == VL) store(to, v);
  else memcpy(to, &v, (size_t)floats * 4);
}
static INLINE vf splat(float x) { return x - (vf){}; }

// Fetches a line of the cache that will be read soon, into the second cache, or that will be written soon. Any address will do.
static INLINE void fetch(const float* from) { __builtin_prefetch(from, 0, 2); }
static INLINE void fetchToWrite(const float* to) { __builtin_prefetch(to, 1, 3); }

// Writes the lanes of two vectors where `wanted` is -1, next to each other, and anything up to VL; returns how many they are.
static INLINE int pick(vi wanted, vi a, vf b, int32_t* toA, float* toB) {
#if VL == 16
  const __mmask16 lanes = _mm512_movepi32_mask((__m512i)wanted);
  _mm512_storeu_si512(toA, _mm512_maskz_compress_epi32(lanes, (__m512i)a));
  _mm512_storeu_ps(toB, _mm512_maskz_compress_ps(lanes, (__m512)b));
  return __builtin_popcount((unsigned)lanes);
#else
  int count = 0;
  for (int lane = 0; lane < VL; lane++) {
    toA[count] = a[lane], toB[count] = b[lane];
    count -= wanted[lane];
  }
  return count;
#endif
}

// The sum of a vector's floats, always in the same order.
static INLINE float total(vf v) {
  float sums[VL];
  __builtin_memcpy(sums, &v, sizeof v);
  for (int half = VL / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) sums[i] += sums[i + half];
  return sums[0];
}

// sum of a[i] * b[i]
static INLINE float dot(const float* a, const float* b, int count) {
  vf sums = {};
  int i = 0;
  for (; i + VL <= count; i += VL) sums += load(a + i) * load(b + i);
  float rest = 0;
  for (; i < count; i++) rest += a[i] * b[i];
  return total(sums) + rest;
}

// y[i] += factor * x[i]
static INLINE void addScaled(float* y, float factor, const float* x, int count) {
  const vf f = splat(factor);
  int i = 0;
  for (; i + VL <= count; i += VL) store(y + i, load(y + i) + f * load(x + i));
  for (; i < count; i++) y[i] += factor * x[i];
}

// y[i] += x[i]
static INLINE void addTo(float* y, const float* x, int count) {
  int i = 0;
  for (; i + VL <= count; i += VL) store(y + i, load(y + i) + load(x + i));
  for (; i < count; i++) y[i] += x[i];
}
