// Products of matrices most of which is background, the zeros of ReLU and dropout or the dark of images, which is
// counted once for each column: sum over k of a[k] * b[k] = ground * sum over k of b[k] + sum over the others of
// (a[k] - ground) * b[k].
#pragma once
#include "masks.h"
#include "turn.h"

// Columns whose sums stay in registers.
constexpr int MASKED_COLUMNS = VL == 4 ? 32 : 64;

// The share of a background that is worth it: for as many columns as registers hold, and for fewer.
constexpr float COMMON = 0.35f, COMMON_FOR_FEW = 0.5f;

// The number that most numbers of a matrix are, as far as the first of them tell: 0, or that in the corner. It is common if it
// is more than a share of them.
struct Background {
  float value;
  bool isCommon;

  static Background of(const float* a, int64_t count, float share) {
    const int seen = (int)(count < SEEN ? count : SEEN) / VL * VL;
    vi zeros = {}, firsts = {};
    for (int i = 0; i < seen; i += VL) {
      const vf x = load(a + i);
      zeros -= x == 0;
      firsts -= x == a[0];
    }
    int ofZeros = 0, ofFirsts = 0;
    for (int lane = 0; lane < VL; lane++) ofZeros += zeros[lane], ofFirsts += firsts[lane];
    const int most = ofZeros >= ofFirsts ? ofZeros : ofFirsts;
    return {ofZeros >= ofFirsts ? 0.0f : a[0], most > share * seen};
  }

 private:
  static constexpr int SEEN = 8192;
};

// Up to 64 k of V vectors of columns, which stay in the first cache, and their sums.
template <int V> class Block {
 public:
  // b lies [k][columns], its rows `stride` floats apart.
  void take(const float* b, int64_t stride, int depth) {
    for (int j = 0; j < depth; j++, b += stride) memcpy(lines_[j], b, sizeof lines_[j]);
    sumUp(depth);
  }

  // b lies [columns][k].
  void takeTurned(const float* b, int64_t stride, int depth) {
    turnRows(b, stride, V * VL, depth, lines_[0], V * VL);
    sumUp(depth);
  }

  // y[r][c] = sum over k of x[r * xRow + k * xStep] * b[k][c], added to what is there or not. bits[r] are those of k.
  void multiply(float ground, const uint64_t* bits, const float* x, int64_t xRow, int xStep, int rows, float* y, int64_t yRow, bool adds) const {
    for (int row = 0; row < rows; row++, x += xRow, y += yRow) {
      vf own[V];
#pragma GCC unroll 8
      for (int v = 0; v < V; v++) own[v] = adds ? load(y + v * VL) + ground * sums_[v] : ground * sums_[v];
      addMasked<V>(bits[row], ground, x, xStep, lines_[0], own);
#pragma GCC unroll 8
      for (int v = 0; v < V; v++) store(y + v * VL, own[v]);
    }
  }

 private:
  void sumUp(int depth) {
    for (vf& sum : sums_) sum = vf{};
    for (int j = 0; j < depth; j++)
      for (int v = 0; v < V; v++) sums_[v] += load(lines_[j] + v * VL);
  }

  vf sums_[V];
  float lines_[MASKED][V * VL];
};

// Some columns of y = a b: sums over k from `from` to `to`.
struct Stretch {
  const float *a, *b;
  int m, k, n;
  bool transposeB;
  int from, to;
  float* y;
};

// V vectors of columns, of which `column` is the first.
template <int V> static void multiplyOverGround(float ground, const Stretch& s, int column) {
  Block<V> block;
  uint64_t bits[MASKED_ROWS];
  for (int first = s.from; first < s.to; first += MASKED) {
    const int depth = s.to - first < MASKED ? s.to - first : MASKED;
    if (s.transposeB) block.takeTurned(s.b + (int64_t)column * s.k + first, s.k, depth);
    else block.take(s.b + (int64_t)first * s.n + column, s.n, depth);
    for (int row = 0; row < s.m; row += MASKED_ROWS) {
      const int rows = s.m - row < MASKED_ROWS ? s.m - row : MASKED_ROWS;
      const float* x = s.a + (int64_t)row * s.k + first;
      for (int i = 0; i < rows; i++) bits[i] = othersThan(ground, x + (int64_t)i * s.k, depth);
      block.multiply(ground, bits, x, s.k, 1, rows, s.y + (int64_t)row * s.n + column, s.n, first > s.from);
    }
  }
}

// bits[i] are those of k of a[k][i], for `rows` i and up to 64 k.
static void findTransposed(float ground, const float* a, int m, int rows, int depth, uint64_t* bits) {
  uint16_t ofLines[MASKED] = {};
  for (int i = 0; i < rows; i += TURNED) {
    const int count = rows - i < TURNED ? rows - i : TURNED;
    for (int j = 0; j < depth; j++) ofLines[j] = (uint16_t)othersThan(ground, a + (int64_t)j * m + i, count);
    turnBits(ofLines, depth, bits + i);
  }
}

// Adds the terms of up to 64 k to V vectors of columns of y = a' b.
template <int V>
static void addTransposed(float ground, const uint64_t* bits, const float* a, int m, int rows, const float* b, int n, int depth, float* y, bool adds) {
  Block<V> block;
  block.take(b, n, depth);
  block.multiply(ground, bits, a, 1, m, rows, y, n, adds);
}

// y[i][n] = sum over k of a[k][i] * b[k][n] for rows i from `begin` on, and n that are a multiple of MASKED_COLUMNS.
static void multiplyTransposedOverGround(float ground, const float* a, int m, int begin, int end, const float* b, int k, int n, float* y) {
  constexpr int WIDE = 2 * MASKED_COLUMNS;
  uint64_t bits[MASKED_ROWS];
  for (int row = begin; row < end; row += MASKED_ROWS, y += (int64_t)MASKED_ROWS * n) {
    const int rows = end - row < MASKED_ROWS ? end - row : MASKED_ROWS;
    for (int first = 0; first < k; first += MASKED) {
      const int depth = k - first < MASKED ? k - first : MASKED;
      const float *x = a + (int64_t)first * m + row, *from = b + (int64_t)first * n;
      findTransposed(ground, x, m, rows, depth, bits);
      for (int c = 0; c < n;) {
        const bool isWide = VL == 16 && n - c >= WIDE;
        if (isWide) addTransposed<WIDE / VL>(ground, bits, x, m, rows, from + c, n, depth, y + c, first > 0);
        else addTransposed<MASKED_COLUMNS / VL>(ground, bits, x, m, rows, from + c, n, depth, y + c, first > 0);
        c += isWide ? WIDE : MASKED_COLUMNS;
      }
    }
  }
}
