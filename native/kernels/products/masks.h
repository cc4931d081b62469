// Sums of the terms that count: the numbers that are not the background, such as the zeros of ReLU or the dark of an
// image. A bit tells where each of them is, and their terms are added up in registers, in the order of their places.
#pragma once
#include "../simd.h"

// Numbers that have their bits in one word, rows whose bits are found together, and columns whose bits are turned together.
constexpr int MASKED = 64, MASKED_ROWS = 256, TURNED = 16;

// Bit i is 1 where lane i of a comparison holds.
static INLINE uint32_t bitsOf(vi holds) {
#if VL == 16
  return _mm512_movepi32_mask((__m512i)holds);
#elif VL == 8
  return (uint32_t)_mm256_movemask_ps((__m256)holds);
#elif defined(__x86_64__)
  return (uint32_t)_mm_movemask_ps((__m128)holds);
#elif defined(__aarch64__)
  return vaddvq_u32((uint32x4_t)(holds & (vi){1, 2, 4, 8}));
#else
  const vi own = holds & (vi){1, 2, 4, 8};
  return (uint32_t)(own[0] | own[1] | own[2] | own[3]);
#endif
}

// Bit i is 1 where x[i] is not the ground, for at most 64 numbers.
static INLINE uint64_t othersThan(float ground, const float* x, int count) {
  uint64_t bits = 0;
  int i = 0;
  for (; i + VL <= count; i += VL) bits |= (uint64_t)bitsOf(load(x + i) != ground) << i;
  for (; i < count; i++) bits |= (uint64_t)(x[i] != ground) << i;
  return bits;
}

// Turns the bits of `rows` rows of 16 numbers, of 64 at most, into those of 16 columns. 64 rows must be there.
static INLINE void turnBits(const uint16_t* rowBits, int rows, uint64_t* columnBits) {
  const uint64_t kept = ~0ull >> (MASKED - rows);
#if VL == 16
  const __m512i first = _mm512_loadu_si512(rowBits), second = _mm512_loadu_si512(rowBits + 32);
  for (int column = 0; column < TURNED; column++) {
    const __m512i bit = _mm512_set1_epi16((short)(1 << column));
    columnBits[column] = ((uint64_t)_mm512_test_epi16_mask(first, bit) | (uint64_t)_mm512_test_epi16_mask(second, bit) << 32) & kept;
  }
#elif defined(__x86_64__)
  for (int column = 0; column < TURNED; column++) {
    // The bit becomes the sign of its word, then of a byte.
    const __m128i distance = _mm_cvtsi32_si128(TURNED - 1 - column);
    const auto signs = [&](int row) INLINED { return _mm_sll_epi16(_mm_loadu_si128((const __m128i*)(rowBits + row)), distance); };
    uint64_t bits = 0;
    for (int row = 0; row < MASKED; row += 16) bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_packs_epi16(signs(row), signs(row + 8))) << row;
    columnBits[column] = bits & kept;
  }
#else
  for (int column = 0; column < TURNED; column++) {
    uint64_t bits = 0;
    for (int row = 0; row < MASKED; row++) bits |= (uint64_t)(rowBits[row] >> column & 1) << row;
    columnBits[column] = bits & kept;
  }
#endif
}

// sums[v] += sum over the bits k of (x[k * xStep] - ground) * b[k][v]
template <int V> static INLINE void addMasked(uint64_t bits, float ground, const float* x, int xStep, const float* b, vf (&sums)[V]) {
  for (; bits; bits &= bits - 1) {
    const int64_t k = __builtin_ctzll(bits);
    const vf factor = splat(x[k * xStep]) - ground;
    const float* from = b + k * (V * VL);
#pragma GCC unroll 8
    for (int v = 0; v < V; v++) sums[v] += factor * load(from + v * VL);
  }
}
