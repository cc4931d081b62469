// Matrices with rows and columns exchanged, by blocks of VL by VL floats.
#pragma once
#include "../simd.h"

// A block. The lanes of two rows that lie half a block apart are taken by turns, as often as it takes to double 1 to VL.
static INLINE void turnBlock(const float* from, int64_t stride, float* to, int64_t toStride) {
#if defined(__clang__)
  for (int row = 0; row < VL; row++)
    for (int column = 0; column < VL; column++) to[row * toStride + column] = from[column * stride + row];
#else
  vf rows[VL], next[VL];
  vi low, high;
  for (int lane = 0; lane < VL; lane++) {
    low[lane] = lane / 2 + lane % 2 * VL;
    high[lane] = low[lane] + VL / 2;
  }
#pragma GCC unroll 16
  for (int row = 0; row < VL; row++) rows[row] = load(from + row * stride);
#pragma GCC unroll 4
  for (int done = 1; done < VL; done *= 2) {
#pragma GCC unroll 8
    for (int i = 0; i < VL / 2; i++) {
      next[2 * i] = __builtin_shuffle(rows[i], rows[i + VL / 2], low);
      next[2 * i + 1] = __builtin_shuffle(rows[i], rows[i + VL / 2], high);
    }
#pragma GCC unroll 16
    for (int row = 0; row < VL; row++) rows[row] = next[row];
  }
#pragma GCC unroll 16
  for (int row = 0; row < VL; row++) store(to + row * toStride, rows[row]);
#endif
}

// to[j][c] = from[c][j] for any numbers of both.
static INLINE void turnRows(const float* from, int64_t stride, int columns, int rows, float* to, int64_t toStride) {
  const int wholeRows = rows / VL * VL, wholeColumns = columns / VL * VL;
  for (int j = 0; j < wholeRows; j += VL)
    for (int c = 0; c < wholeColumns; c += VL) turnBlock(from + c * stride + j, stride, to + j * toStride + c, toStride);
  for (int j = 0; j < rows; j++)
    for (int c = j < wholeRows ? wholeColumns : 0; c < columns; c++) to[j * toStride + c] = from[c * stride + j];
}
