// Batch normalisation by channels, the last axis: y = max(0, scale * (x - mean) / sqrt(variance + epsilon) + offset + z), where
// z and the maximum are left out unless they are asked for. Parts find their moments, which are merged in their order.
#pragma once
#include "elementwise.h"

// Rows of a part: those of `count` rows in `parts` parts. TypeScript cuts them in the same way.
static INLINE int64_t rowsOfPart(int64_t count, int parts, int part) {
  return count * (part + 1) / parts - count * part / parts;
}

// Places of the rows of a task: they follow each other.
static INLINE int64_t placesOf(const Work& w, int operand, int channels) {
  return (int64_t)(w.end - w.begin) * (w.size(operand) / channels);
}

// Places that are added up together: they stay in the first cache while all channels go by.
constexpr int PLACES = 8;
// The same for two arrays from memory, and for one: it is faster the fewer lines are read in turns.
constexpr int PLACES_OF_TWO = 2, PLACES_OF_ONE = 4;
// Floats from what is read to what is fetched meanwhile, as the processor does not foresee such turns.
constexpr int AHEAD = 2048;

// Calls work(channel, floats) for each vector of channels; the last may be shorter.
template <typename F> static INLINE void eachVector(int channels, F work) {
  int c = 0;
  for (; c + VL <= channels; c += VL) work(c, VL);
  if (c < channels) work(c, channels - c);
}

// The same for some places at a time: work(channel, floats, first place, end).
template <int COUNT, typename F> static INLINE void eachGroup(int64_t places, int channels, F work) {
  for (int64_t first = 0; first < places; first += COUNT) {
    const int64_t end = places - first < COUNT ? places : first + COUNT;
    eachVector(channels, [&](int c, int floats) INLINED { work(c, floats, first, end); });
  }
}

// Some channels of a batch norm: their values follow each other.
struct Norm {
  vf mean, reciprocal, scale, offset;
  Norm(const float* mean, const float* reciprocal, const float* scale, const float* offset, int floats)
      : mean(load(mean, floats)), reciprocal(load(reciprocal, floats)), scale(load(scale, floats)), offset(load(offset, floats)) {}
  INLINE vf of(vf x) const { return (x - mean) * (reciprocal * scale) + offset; }
  // dy where the norm of x is positive, else 0, if a ReLU follows.
  INLINE vf incoming(vf x, vf dy, bool isRelu) const { return isRelu ? (of(x) > 0 ? dy : (vf){}) : dy; }
};

// m[part] = [mean of x, sum of (x - mean)^2] over a part's rows. 0 m by parts, 1 x; ints: channels
static void momentsRun(Work& w) {
  const int channels = w.integer(0);
  const int64_t places = placesOf(w, 1, channels);
  const float* x = w.at(1, w.begin);
  float *mean = w.at(0, w.part), *squares = mean + channels;
  memset(mean, 0, (size_t)channels * 8);
  eachGroup<PLACES>(places, channels, [&](int c, int floats, int64_t first, int64_t end) INLINED {
    vf sum = load(mean + c, floats);
    for (int64_t p = first; p < end; p++) sum += load(x + p * channels + c, floats);
    store(mean + c, sum, floats);
  });
  const float share = 1.0f / (float)places;
  for (int c = 0; c < channels; c++) mean[c] *= share;
  eachGroup<PLACES>(places, channels, [&](int c, int floats, int64_t first, int64_t end) INLINED {
    const vf middle = load(mean + c, floats);
    vf sum = load(squares + c, floats);
    for (int64_t p = first; p < end; p++) {
      const vf off = load(x + p * channels + c, floats) - middle;
      sum += off * off;
    }
    store(squares + c, sum, floats);
  });
}

static bool momentsFits(const Sizes& s) {
  const int64_t channels = s.integer(0);
  return channels > 0 && s.isParts(0, 2 * channels) && s.has(1) && s.isRows(1, s.size(1)) && s.size(1) % channels == 0;
}

// Of all parts: mean, 1 / sqrt(variance + epsilon), and the unbiased variance, for each channel.
// 0 mean, 1 reciprocal, 2 variance, 3 m whole; ints: parts, rows, places of a row; floats: epsilon
static void mergeMomentsRun(Work& w) {
  const int parts = w.integer(0), places = w.integer(2), channels = w.call->units;
  for (int c = w.begin; c < w.end; c++) {
    double count = 0, mean = 0, squares = 0;
    for (int part = 0; part < parts; part++) {
      const double more = (double)rowsOfPart(w.integer(1), parts, part) * places;
      const float* m = w.at(3, 0) + (int64_t)part * 2 * channels;
      const double off = m[c] - mean;
      mean += off * more / (count + more);
      squares += m[channels + c] + off * off * count * more / (count + more);
      count += more;
    }
    *w.at(0, c) = (float)mean;
    *w.at(1, c) = (float)(1 / __builtin_sqrt(squares / count + (double)w.real(0)));
    *w.at(2, c) = (float)(squares / (count - 1));
  }
}

static bool mergeMomentsFits(const Sizes& s) {
  const int64_t parts = s.integer(0);
  return parts > 0 && s.integer(1) >= parts && s.integer(2) > 0 && s.isRows(0, 1) && s.isRows(1, 1) && s.isRows(2, 1) &&
         s.isWhole(3, parts * 2 * s.units());
}

// y[p][c] = (x[p][c] - mean[c]) * reciprocal[c] * scale[c] + offset[c], then + z[p][c] and max(0, y) where wanted.
// 0 y, 1 x, 2 mean, 3 reciprocal, 4 scale, 5 offset, 6 z; ints: channels, relu
static void normalizeRun(Work& w) {
  const float *mean = w.at(2, 0), *reciprocal = w.at(3, 0), *scale = w.at(4, 0), *offset = w.at(5, 0);
  const int channels = w.integer(0);
  const bool isRelu = w.integer(1) != 0;
  const float *x = w.at(1, w.begin), *z = w.tensors[6] ? w.at(6, w.begin) : nullptr;
  float* y = w.at(0, w.begin);
  eachGroup<PLACES_OF_ONE>(placesOf(w, 0, channels), channels, [&](int c, int floats, int64_t first, int64_t end) INLINED {
    const Norm norm(mean + c, reciprocal + c, scale + c, offset + c, floats);
    for (int64_t at = first * channels + c; at < end * channels; at += channels) {
      fetch(x + at + AHEAD);
      vf sum = norm.of(load(x + at, floats));
      if (z) sum += load(z + at, floats);
      if (isRelu) sum = sum < 0 ? (vf){} : sum;
      store(y + at, sum, floats);
    }
  });
}

static bool normalizeFits(const Sizes& s) {
  const int64_t channels = s.integer(0);
  return channels > 0 && s.has(0) && s.isRows(0, s.size(0)) && s.isRows(1, s.size(0)) && s.size(0) % channels == 0 &&
         s.isWhole(2, channels) && s.isWhole(3, channels) && s.isWhole(4, channels) && s.isWhole(5, channels) &&
         (!s.has(6) || s.isRows(6, s.size(0)));
}

// Of a part: s[c] = sum of dy * (x - mean) * reciprocal, o[c] = sum of dy, where a ReLU makes dy 0 unless y > 0. 0 s by parts,
// 1 o by parts, 2 x, 3 dy, 4 mean, 5 reciprocal, 6 scale, 7 offset; ints: channels, relu
static void normGradientsRun(Work& w) {
  const float *mean = w.at(4, 0), *reciprocal = w.at(5, 0), *scale = w.at(6, 0), *offset = w.at(7, 0);
  const int channels = w.integer(0);
  const bool isRelu = w.integer(1) != 0;
  const float *x = w.at(2, w.begin), *dy = w.at(3, w.begin);
  float *ds = w.at(0, w.part), *db = w.at(1, w.part);
  memset(ds, 0, (size_t)channels * 4);
  memset(db, 0, (size_t)channels * 4);
  eachGroup<PLACES_OF_TWO>(placesOf(w, 2, channels), channels, [&](int c, int floats, int64_t first, int64_t end) INLINED {
    const Norm norm(mean + c, reciprocal + c, scale + c, offset + c, floats);
    vf sumS = load(ds + c, floats), sumO = load(db + c, floats);
    for (int64_t p = first; p < end; p++) {
      const int64_t at = p * channels + c;
      fetch(x + at + AHEAD), fetch(dy + at + AHEAD);
      const vf from = load(x + at, floats), g = norm.incoming(from, load(dy + at, floats), isRelu);
      sumS += g * ((from - norm.mean) * norm.reciprocal);
      sumO += g;
    }
    store(ds + c, sumS, floats);
    store(db + c, sumO, floats);
  });
}

static bool normGradientsFits(const Sizes& s) {
  const int64_t channels = s.integer(0);
  if (channels < 1 || !s.has(2) || !s.isRows(2, s.size(2)) || s.size(2) % channels) return false;
  for (int operand = 4; operand < 8; operand++)
    if (!s.isWhole(operand, channels)) return false;
  return s.isParts(0, channels) && s.isParts(1, channels) && s.isRows(3, s.size(2));
}

// dx = scale * reciprocal * (dy - o / n - xhat * s / n), where xhat = (x - mean) * reciprocal, n counts the places, and a ReLU
// makes dy 0 unless y > 0. 0 dx, 1 x, 2 dy, 3 mean, 4 reciprocal, 5 scale, 6 offset, 7 s, 8 o; ints: channels, relu; floats: 1 / n
static void normInputGradientRun(Work& w) {
  const float *mean = w.at(3, 0), *reciprocal = w.at(4, 0), *scale = w.at(5, 0), *offset = w.at(6, 0), *ds = w.at(7, 0), *db = w.at(8, 0);
  const int channels = w.integer(0);
  const bool isRelu = w.integer(1) != 0;
  const float *x = w.at(1, w.begin), *dy = w.at(2, w.begin);
  float* dx = w.at(0, w.begin);
  const vf share = splat(w.real(0));
  eachGroup<PLACES_OF_TWO>(placesOf(w, 0, channels), channels, [&](int c, int floats, int64_t first, int64_t end) INLINED {
    const Norm norm(mean + c, reciprocal + c, scale + c, offset + c, floats);
    const vf meanO = share * load(db + c, floats), meanS = share * load(ds + c, floats), factor = norm.scale * norm.reciprocal;
    for (int64_t at = first * channels + c; at < end * channels; at += channels) {
      fetch(x + at + AHEAD), fetch(dy + at + AHEAD);
      const vf from = load(x + at, floats), g = norm.incoming(from, load(dy + at, floats), isRelu);
      const vf xhat = (from - norm.mean) * norm.reciprocal;
      store(dx + at, factor * (g - meanO - xhat * meanS), floats);
    }
  });
}

static bool normInputGradientFits(const Sizes& s) {
  const int64_t channels = s.integer(0);
  if (channels < 1 || !s.has(0) || !s.isRows(0, s.size(0)) || s.size(0) % channels) return false;
  for (int operand = 3; operand < 9; operand++)
    if (!s.isWhole(operand, channels)) return false;
  return s.isRows(1, s.size(0)) && s.isRows(2, s.size(0));
}
