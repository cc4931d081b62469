// Moving numbers: rows of a table, boxes of tensors, masks.
#pragma once
#include "elementwise.h"

// y[r][line] = table[index[r]][line], the first of its numbers. 0 y, 1 int32 index; ints: table, lines, numbers of a line in y
// and in the table. Bytes become floats.
static void gatherRun(Work& w) {
  const Table& table = w.tables[w.integer(0)];
  const int lines = w.integer(1), size = w.integer(2), stride = w.integer(3);
  for (int row = w.begin; row < w.end; row++) {
    const int32_t index = *w.intsAt(1, row);
    if (index < 0 || index >= table.rows) return w.fail(BAD_INDEX, index);
    float* y = w.at(0, row);
    int64_t from = (int64_t)index * table.rowSize;
    for (int line = 0; line < lines; line++, y += size, from += stride) {
      if (!table.isBytes) {
        memcpy(y, (const int32_t*)table.data + from, (size_t)size * 4);
        continue;
      }
      const uint8_t* bytes = (const uint8_t*)table.data + from;
      for (int i = 0; i < size; i++) y[i] = (float)bytes[i];
    }
  }
}

static bool gatherFits(const Sizes& s) {
  const int64_t table = s.integer(0), lines = s.integer(1), size = s.integer(2), stride = s.integer(3);
  if (table < 0 || table >= s.tableCount || !s.tables[table].data || lines < 1 || size < 1 || stride < 0) return false;
  return s.isRows(0, lines * size) && s.isRows(1, 1) && (lines - 1) * stride + size <= s.tables[table].rowSize;
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
// Blocks of four numbers that are drawn together: more than a compiler would unroll into single numbers.
constexpr int DRAWS = 64;

struct Philox {
  uint32_t words[4][DRAWS];
};

// One after another for `count` counters.
static INLINE void philox(Philox& p, int count, uint32_t k0, uint32_t k1) {
  uint32_t *c0 = p.words[0], *c1 = p.words[1], *c2 = p.words[2], *c3 = p.words[3];
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < count; i++) {
      const uint64_t a = (uint64_t)0xD2511F53u * c0[i], b = (uint64_t)0xCD9E8D57u * c2[i];
      c0[i] = (uint32_t)(b >> 32) ^ c1[i] ^ k0;
      c2[i] = (uint32_t)(a >> 32) ^ c3[i] ^ k1;
      c1[i] = (uint32_t)b;
      c3[i] = (uint32_t)a;
    }
    k0 += 0x9E3779B9u; k1 += 0xBB67AE85u;
  }
}

// y[i] = 0 where random[i] < rate, else 1 / (1 - rate). 0 y, 1 step; ints: key; floats: rate, 1 / (1 - rate)
static void dropoutMaskRun(Work& w) {
  const int32_t key = w.integer(0), step = *w.intsAt(1, 0);
  Philox seed = {{{(uint32_t)key}, {key < 0 ? ~0u : 0u}, {(uint32_t)step}, {step < 0 ? ~0u : 0u}}};
  philox(seed, 1, 0x3ec8f720u, 0x02461e29u);
  const auto& s = seed.words;
  const int size = w.size(0);
  const float rate = w.real(0), kept = w.real(1);
  for (int row = w.begin; row < w.end; row++) {
    float* y = w.at(0, row);
    const uint64_t from = (uint64_t)row * (uint64_t)size, end = from + (uint64_t)size;
    for (uint64_t block = from / 4; block * 4 < end; block += DRAWS) {
      Philox random;
      for (int i = 0; i < DRAWS; i++) {
        const uint64_t counter = block + (uint64_t)i;
        random.words[0][i] = (uint32_t)counter, random.words[1][i] = (uint32_t)(counter >> 32);
        random.words[2][i] = s[2][0], random.words[3][i] = s[3][0];
      }
      philox(random, DRAWS, s[0][0], s[1][0]);
      float masks[DRAWS * 4];
      for (int i = 0; i < DRAWS; i++)
        for (int word = 0; word < 4; word++)
          masks[4 * i + word] = (float)(int32_t)(random.words[word][i] & 0x7fffffu) * (1.0f / 8388608.0f) >= rate ? kept : 0.0f;
      // A row may begin and end within four numbers.
      const uint64_t first = block * 4 < from ? from : block * 4, last = (block + DRAWS) * 4 < end ? (block + DRAWS) * 4 : end;
      memcpy(y + (first - from), masks + (first - block * 4), (size_t)(last - first) * 4);
    }
  }
}

static bool dropoutMaskFits(const Sizes& s) { return fillFits(s) && s.isWhole(1, 1); }
