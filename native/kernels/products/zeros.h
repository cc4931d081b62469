// Products of rows that pass over zeros, half of what ReLU gives: y[p][c] = sum over k of a[p][k] * b[k][c] where a is
// not 0. The order of terms is that of tiles, and so are the bits: a network predicts the same whichever way its
// samples take.
#pragma once
#include "matmul.h"

// A share of numbers other than 0 that is too large to pass over the zeros.
constexpr double MOST_MASKED = 0.65;
// The most vectors of columns whose sums stay in registers, and the fewest that are worth it.
constexpr int MASKED_VECTORS = 8, FEWEST_MASKED_VECTORS = 4;

// Finds the numbers other than 0 of x, [rows][count]: their bits by blocks of numbers, 64 at most, and rows. False if
// they are too many.
static bool hasManyZeros(const float* x, int rows, int count, int block, uint64_t (*bits)[MASKED_ROWS]) {
  int64_t others = 0;
  for (int first = 0; first < count; first += block)
    for (int row = 0; row < rows; row++) {
      const uint64_t its = othersThan(0, x + (int64_t)row * count + first, count - first < block ? count - first : block);
      bits[first / block][row] = its;
      others += __builtin_popcountll(its);
    }
  return others <= (int64_t)(MOST_MASKED * rows * count);
}

// What sums are added to: they go on from what is there, or are added to it when they are complete, which rounds less.
enum Adding { NOTHING, GOING_ON, AT_LAST };

// y[v] = sum over the bits k of x[k * xStep] * b[k][v], added to what is there or not.
template <int V> static INLINE void sumMasked(uint64_t bits, const float* x, int xStep, const float* b, float* y, Adding adding) {
  vf sums[V];
#pragma GCC unroll 8
  for (int v = 0; v < V; v++) sums[v] = adding == GOING_ON ? load(y + v * VL) : (vf){};
  addMasked<V>(bits, 0, x, xStep, b, sums);
#pragma GCC unroll 8
  for (int v = 0; v < V; v++) store(y + v * VL, adding == AT_LAST ? load(y + v * VL) + sums[v] : sums[v]);
}

// Rows of a, [rows][k], whose `bits` are those of k from `first` on, by V vectors of b, in panels.
template <int V>
static void multiplyMasked(const uint64_t* bits, const float* a, int rows, int k, int first, const float* b, float* y, int64_t yStride) {
  float block[MASKED * V * VL];
  const int depth = k - first < MASKED ? k - first : MASKED;
  for (int c = 0; c < V * VL; c += PANEL)
    for (int i = 0; i < depth; i++) memcpy(block + i * V * VL + c, b + (int64_t)c * k + (int64_t)(first + i) * PANEL, PANEL * 4);
  for (int row = 0; row < rows; row++, a += k, y += yStride) {
    // The row after the next is fetched while this one is computed.
    for (int v = 0; v < V && first == 0; v++) fetchToWrite(y + 2 * yStride + v * VL);
    sumMasked<V>(bits[row], a + first, 1, block, y, first > 0 ? GOING_ON : NOTHING);
  }
}

// y = a b for a of `rows` by k and b in panels of `columns`. False, and nothing is done, if there are too few zeros, or
// the sizes do not fit.
static bool multiplyOverZeros(const float* a, int rows, int k, const float* b, int columns, float* y) {
  constexpr int MOST_BLOCKS = 16, WIDTH = FEWEST_MASKED_VECTORS * VL;
  if (k % VL || columns % WIDTH || k > MASKED * MOST_BLOCKS || rows > MASKED_ROWS) return false;
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
