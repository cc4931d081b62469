// Products of rows that pass over zeros, half of what ReLU gives: y[p][c] = sum over k of a[p][k] * b[k][c] where a is
// not 0. The order of terms is that of tiles, and so are the bits: a network predicts the same whichever way its
// samples take.
#pragma once
#include "../simd.h"

// Only these instructions tell the places of zeros fast enough.
constexpr bool PASSES_OVER_ZEROS = VL == 16;
// Rows whose other numbers are found together, and the k of a block of b, which stays in the first cache: a bit for
// each.
constexpr int MASKED_ROWS = 256, MASKED = 64;
// A share of numbers other than 0 that is too large to pass over the zeros.
constexpr double MOST_MASKED = 0.65;
// The most vectors of columns whose sums stay in registers, and the fewest that are worth it.
constexpr int MASKED_VECTORS = 8, FEWEST_MASKED_VECTORS = 4;

// Bit k is 1 where x[k] is not 0, for `count` numbers, whole vectors of them.
static INLINE uint64_t othersThanZero(const float* x, int count) {
  uint64_t bits = 0;
#if VL == 16
  for (int k = 0; k < count; k += VL) bits |= (uint64_t)_mm512_cmpneq_ps_mask((__m512)load(x + k), _mm512_setzero_ps()) << k;
#endif
  return bits;
}

// Finds the numbers other than 0 of x, [rows][count]: their bits by blocks of numbers, 64 at most, and rows. False if
// they are too many.
static bool hasManyZeros(const float* x, int rows, int count, int block, uint64_t (*bits)[MASKED_ROWS]) {
  int64_t others = 0;
  for (int first = 0; first < count; first += block)
    for (int row = 0; row < rows; row++) {
      const uint64_t its = othersThanZero(x + (int64_t)row * count + first, count - first < block ? count - first : block);
      bits[first / block][row] = its;
      others += __builtin_popcountll(its);
    }
  return others <= (int64_t)(MOST_MASKED * rows * count);
}

// Turns the bits of `rows` rows of 16 numbers, of 64 at most, into those of 16 columns. 64 rows must be there.
static INLINE void turnBits(const uint16_t* rowBits, int rows, uint64_t* columnBits) {
#if VL == 16
  const __m512i first = _mm512_loadu_si512(rowBits), second = _mm512_loadu_si512(rowBits + 32);
  const uint64_t kept = ~0ull >> (64 - rows);
  for (int column = 0; column < 16; column++) {
    const __m512i bit = _mm512_set1_epi16((short)(1 << column));
    columnBits[column] = ((uint64_t)_mm512_test_epi16_mask(first, bit) | (uint64_t)_mm512_test_epi16_mask(second, bit) << 32) & kept;
  }
#endif
}

// What sums are added to: they go on from what is there, or are added to it when they are complete, which rounds less.
enum Adding { NOTHING, GOING_ON, AT_LAST };

// y[v] = sum over the bits k of x[k * xStep] * b[k][v], added to what is there or not.
template <int V> static INLINE void addMasked(uint64_t bits, const float* x, int xStep, const float* b, float* y, Adding adding) {
  vf sums[V];
#pragma GCC unroll 8
  for (int v = 0; v < V; v++) sums[v] = adding == GOING_ON ? load(y + v * VL) : (vf){};
  for (; bits; bits &= bits - 1) {
    const int64_t k = __builtin_ctzll(bits);
    const vf factor = splat(x[k * xStep]);
    const float* from = b + k * (V * VL);
#pragma GCC unroll 8
    for (int v = 0; v < V; v++) sums[v] += factor * load(from + v * VL);
  }
#pragma GCC unroll 8
  for (int v = 0; v < V; v++) store(y + v * VL, adding == AT_LAST ? load(y + v * VL) + sums[v] : sums[v]);
}

// Rows of a, [rows][k], whose `bits` are those of k from `first` on, by V vectors of b, in panels.
template <int V>
static void multiplyMasked(const uint64_t* bits, const float* a, int rows, int k, int first, const float* b, float* y, int64_t yStride) {
  float block[MASKED * V * VL];
  const int depth = k - first < MASKED ? k - first : MASKED;
  for (int v = 0; v < V; v++)
    for (int i = 0; i < depth; i++) store(block + (i * V + v) * VL, load(b + ((int64_t)v * k + first + i) * VL));
  for (int row = 0; row < rows; row++, a += k, y += yStride) {
    // The row after the next is fetched while this one is computed.
    for (int v = 0; v < V && first == 0; v++) fetchToWrite(y + 2 * yStride + v * VL);
    addMasked<V>(bits[row], a + first, 1, block, y, first > 0 ? GOING_ON : NOTHING);
  }
}

// y = a b for a of `rows` by k and b in panels of `columns`. False, and nothing is done, if there are too few zeros, or
// the sizes do not fit.
static bool multiplyOverZeros(const float* a, int rows, int k, const float* b, int columns, float* y) {
  constexpr int MOST_BLOCKS = 16, WIDTH = FEWEST_MASKED_VECTORS * VL;
  if (!PASSES_OVER_ZEROS || k % VL || columns % WIDTH || k > MASKED * MOST_BLOCKS || rows > MASKED_ROWS) return false;
  uint64_t bits[MOST_BLOCKS][MASKED_ROWS];
  if (!hasManyZeros(a, rows, k, MASKED, bits)) return false;
  for (int first = 0; first < k; first += MASKED)
    for (int c = 0; c < columns;) {
      const float* from = b + (int64_t)c * k;
      const bool isWide = columns - c >= MASKED_VECTORS * VL;
      if (isWide) multiplyMasked<MASKED_VECTORS>(bits[first / MASKED], a, rows, k, first, from, y + c, columns);
      else multiplyMasked<FEWEST_MASKED_VECTORS>(bits[first / MASKED], a, rows, k, first, from, y + c, columns);
      c += isWide ? MASKED_VECTORS * VL : WIDTH;
    }
  return true;
}
