// Moving numbers: rows of a table, boxes of tensors, masks.
#pragma once
#include "elementwise.h"

// y[r] = table[index[r]]. 0 y, 1 int32 index; ints: table. Bytes become floats.
static void gatherRun(Work& w) {
  const Table& table = w.tables[w.integer(0)];
  const int size = table.rowSize;
  for (int row = w.begin; row < w.end; row++) {
    const int32_t index = *w.intsAt(1, row);
    if (index < 0 || index >= table.rows) return w.fail(BAD_INDEX, index);
    if (!table.isBytes) {
      memcpy(w.at(0, row), (const int32_t*)table.data + (int64_t)index * size, (size_t)size * 4);
      continue;
    }
    const uint8_t* from = (const uint8_t*)table.data + (int64_t)index * size;
    float* y = w.at(0, row);
    for (int i = 0; i < size; i++) y[i] = (float)from[i];
  }
}

static bool gatherFits(const Sizes& s) {
  const int64_t table = s.integer(0);
  return table >= 0 && table < s.tableCount && s.tables[table].data && s.isRows(0, s.tables[table].rowSize) && s.isRows(1, 1);
}

// A box of x goes to a box of y. 0 y, 1 x; ints: rank, shape, strides of y, strides of x, begin in y, begin in x.
static void copyBoxRun(Work& w) {
  const int32_t* ints = w.call->ints;
  const int rank = ints[0], last = rank - 1;
  const int32_t *shape = ints + 1, *strideY = shape + rank, *strideX = strideY + rank;
  const int32_t beginY = strideX[rank], beginX = strideX[rank + 1];
  for (int row = w.begin; row < w.end; row++) {
    const float* x = w.at(1, row) + beginX;
    float* y = w.at(0, row) + beginY;
    int index[MAX_RANK] = {};
    for (;;) {
      const int count = shape[last], dy = strideY[last], dx = strideX[last];
      if (dy == 1 && dx == 1) memcpy(y, x, (size_t)count * 4);
      else if (dx == 0 && dy == 1) for (int i = 0; i < count; i++) y[i] = x[0];
      else for (int i = 0; i < count; i++) y[(int64_t)i * dy] = x[(int64_t)i * dx];
      int axis = last - 1;
      for (; axis >= 0; axis--) {
        y += strideY[axis]; x += strideX[axis];
        if (++index[axis] < shape[axis]) break;
        index[axis] = 0;
        y -= (int64_t)strideY[axis] * shape[axis]; x -= (int64_t)strideX[axis] * shape[axis];
      }
      if (axis < 0) break;
    }
  }
}

static bool copyBoxFits(const Sizes& s) {
  const int rank = (int)s.integer(0);
  if (rank < 1 || rank > MAX_RANK || product(s, rank, 1) < 1) return false;
  const int64_t beginY = s.integer(1 + 3 * rank), beginX = s.integer(2 + 3 * rank);
  const int64_t reachY = reach(s, rank, 1, 1 + rank), reachX = reach(s, rank, 1, 1 + 2 * rank);
  return beginY >= 0 && beginX >= 0 && reachY > 0 && reachX > 0 && s.has(0) && s.view(0) == ROWS &&
         covers(s, 0, beginY + reachY) && covers(s, 1, beginX + reachX);
}

// y[i] = value. 0 y; floats: value
static void fillRun(Work& w) {
  for (int row = w.begin; row < w.end; row++) {
    float* y = w.at(0, row);
    for (int i = 0; i < w.size(0); i++) y[i] = w.real(0);
  }
}

static bool fillFits(const Sizes& s) { return s.has(0) && s.isRows(0, s.size(0)); }

// A product that is rounded before it is added, as TensorFlow does: a place half way between two pixels stays there.
static INLINE float rounded(float product) {
  volatile float kept = product;
  return kept;
}

// y[row][column] = x at (a column + b row + c, d column + e row + f), 0 outside. 0 y, 1 x, 2 map: a to f.
// ints: height, width, channels, height and width of y, bilinear
static void movePixelsRun(Work& w) {
  const int height = w.integer(0), width = w.integer(1), channels = w.integer(2), toHeight = w.integer(3), toWidth = w.integer(4);
  for (int row = w.begin; row < w.end; row++) {
    const float *x = w.at(1, row), *map = w.at(2, row);
    float* y = w.at(0, row);
    const auto pixel = [&](float px, float py, int c) {
      const bool isInside = px >= 0 && py >= 0 && px < (float)width && py < (float)height;
      return isInside ? x[((int64_t)py * width + (int64_t)px) * channels + c] : 0.0f;
    };
    for (int at = 0; at < toHeight * toWidth; at++) {
      const float column = (float)(at % toWidth), line = (float)(at / toWidth);
      const float px = rounded(rounded(map[0] * column) + rounded(map[1] * line)) + map[2];
      const float py = rounded(rounded(map[3] * column) + rounded(map[4] * line)) + map[5];
      const float left = floorf(px), top = floorf(py);
      for (int c = 0; c < channels; c++, y++) {
        if (!w.integer(5)) {
          *y = pixel(roundf(px), roundf(py), c);
          continue;
        }
        const float above = (left + 1 - px) * pixel(left, top, c) + (px - left) * pixel(left + 1, top, c);
        const float below = (left + 1 - px) * pixel(left, top + 1, c) + (px - left) * pixel(left + 1, top + 1, c);
        *y = (top + 1 - py) * above + (py - top) * below;
      }
    }
  }
}

static bool movePixelsFits(const Sizes& s) {
  return product(s, 3, 0) > 0 && product(s, 3, 2) > 0 && s.isRows(0, product(s, 3, 2)) && s.isRows(1, product(s, 3, 0)) &&
         s.isRows(2, 6);
}

// ---- dropout: random numbers by Philox 4x32, as TensorFlow's StatelessRandomUniform draws them ----
struct Philox { uint32_t word[4]; };

static INLINE Philox philox(uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3, uint32_t k0, uint32_t k1) {
  for (int round = 0; round < 10; round++) {
    const uint64_t a = (uint64_t)0xD2511F53u * c0, b = (uint64_t)0xCD9E8D57u * c2;
    c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
    c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
    c1 = (uint32_t)b;
    c3 = (uint32_t)a;
    k0 += 0x9E3779B9u; k1 += 0xBB67AE85u;
  }
  return {{c0, c1, c2, c3}};
}

// y[i] = 0 where random[i] < rate, else 1 / (1 - rate). 0 y, 1 step; ints: key; floats: rate, 1 / (1 - rate)
static void dropoutMaskRun(Work& w) {
  const Philox seed = philox((uint32_t)w.integer(0), w.integer(0) < 0 ? ~0u : 0u, (uint32_t)*w.intsAt(1, 0),
                             *w.intsAt(1, 0) < 0 ? ~0u : 0u, 0x3ec8f720u, 0x02461e29u);
  const int size = w.size(0);
  for (int row = w.begin; row < w.end; row++) {
    float* y = w.at(0, row);
    uint64_t at = (uint64_t)row * (uint64_t)size;
    for (int i = 0; i < size;) {
      const uint64_t block = at / 4;
      const Philox random = philox((uint32_t)block, (uint32_t)(block >> 32), seed.word[2], seed.word[3], seed.word[0], seed.word[1]);
      for (int lane = (int)(at % 4); lane < 4 && i < size; lane++, i++, at++) {
        const float uniform = (float)(random.word[lane] & 0x7fffffu) * (1.0f / 8388608.0f);
        y[i] = uniform >= w.real(0) ? w.real(1) : 0.0f;
      }
    }
  }
}

static bool dropoutMaskFits(const Sizes& s) { return fillFits(s) && s.isWhole(1, 1); }
