// Depthwise convolutions, each channel by itself: y[p][c] = sum over (a, b) of x[p + (a, b)][c] * w[a][b][c]. All channels of
// some positions go by before the next positions, so that memory is read and written in its order.
#pragma once
#include "../products/tile.h"

// Positions of a line whose sums stay in registers together.
constexpr int LINE_POSITIONS = 7;

// P positions of a line.
template <int P>
static INLINE void depthwisePositions(const Grid& g, int channels, const Terms& t, const float* x, const float* w, float* y,
                                      const Finish& finish) {
  for (int at = 0; at < channels; at += VL) {
    // The last vector may overlap the one before it.
    const int c = at + VL <= channels ? at : channels - VL;
    vf sums[P] = {};
    for (int a = 0; a < t.rows; a++)
      for (int b = 0; b < t.columns; b++) {
        const float* from = x + a * t.xRow + b * t.xColumn + c;
        const vf factor = load(w + a * t.wRow + b * t.wColumn + c);
#pragma GCC unroll 8
        for (int p = 0; p < P; p++) sums[p] += load(from + p * g.xColumn) * factor;
      }
    const vf bias = finish.bias ? load(finish.bias + c) : (vf){};
#pragma GCC unroll 8
    for (int p = 0; p < P; p++) {
      vf sum = sums[p];
      if (finish.bias) sum += bias;
      if (finish.isRelu) sum = sum < 0 ? (vf){} : sum;
      store(y + p * g.yColumn + c, sum);
    }
  }
}

// `lines` lines of a grid, all channels, of which there must be VL at least.
static void depthwise(const Grid& g, int lines, int channels, const Terms& t, const float* x, const float* w, float* y,
                      const Finish& finish) {
  for (int line = 0; line < lines; line++, x += g.xRow, y += g.yRow)
    for (int p = 0; p < g.columns;) {
      const float* from = x + p * g.xColumn;
      float* to = y + p * g.yColumn;
      const int left = g.columns - p;
      if (left >= LINE_POSITIONS) depthwisePositions<LINE_POSITIONS>(g, channels, t, from, w, to, finish), p += LINE_POSITIONS;
      else if (left >= 3) depthwisePositions<3>(g, channels, t, from, w, to, finish), p += 3;
      else depthwisePositions<1>(g, channels, t, from, w, to, finish), p++;
    }
}
