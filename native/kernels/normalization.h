// Batch normalisation: y = scale * (x - mean) / sqrt(variance + epsilon) + offset, by channels, the last axis. Parts find
// their moments, which are merged in their order.
#pragma once
#include "elementwise.h"

// Rows of a part: those of `count` rows in `parts` parts. TypeScript cuts them in the same way.
static INLINE int64_t rowsOfPart(int64_t count, int parts, int part) {
  return count * (part + 1) / parts - count * part / parts;
}

// m[part] = [mean of x, sum of (x - mean)^2] over a part's rows. 0 m by parts, 1 x; ints: channels
static void momentsRun(Work& w) {
  const int channels = w.integer(0), places = w.size(1) / channels;
  float *mean = w.at(0, w.part), *squares = mean + channels;
  memset(mean, 0, (size_t)channels * 8);
  for (int row = w.begin; row < w.end; row++)
    for (int p = 0; p < places; p++) addTo(mean, w.at(1, row) + (int64_t)p * channels, channels);
  const float share = 1.0f / ((float)(w.end - w.begin) * (float)places);
  for (int c = 0; c < channels; c++) mean[c] *= share;
  for (int row = w.begin; row < w.end; row++)
    for (int p = 0; p < places; p++) {
      const float* x = w.at(1, row) + (int64_t)p * channels;
      for (int c = 0; c < channels; c++) squares[c] += (x[c] - mean[c]) * (x[c] - mean[c]);
    }
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

// y[p][c] = (x[p][c] - mean[c]) * reciprocal[c] * scale[c] + offset[c]. 0 y, 1 x, 2 mean, 3 reciprocal, 4 scale, 5 offset
static void normalizeRun(Work& w) {
  const float *mean = w.at(2, 0), *reciprocal = w.at(3, 0), *scale = w.at(4, 0), *offset = w.at(5, 0);
  const int channels = w.integer(0), places = w.size(0) / channels;
  for (int row = w.begin; row < w.end; row++)
    for (int p = 0; p < places; p++) {
      const float* x = w.at(1, row) + (int64_t)p * channels;
      float* y = w.at(0, row) + (int64_t)p * channels;
      for (int c = 0; c < channels; c++) y[c] = (x[c] - mean[c]) * (reciprocal[c] * scale[c]) + offset[c];
    }
}

static bool normalizeFits(const Sizes& s) {
  const int64_t channels = s.integer(0);
  return channels > 0 && s.has(0) && s.isRows(0, s.size(0)) && s.isRows(1, s.size(0)) && s.size(0) % channels == 0 &&
         s.isWhole(2, channels) && s.isWhole(3, channels) && s.isWhole(4, channels) && s.isWhole(5, channels);
}

// Of a part: s[c] = sum of dy * (x - mean) * reciprocal, o[c] = sum of dy. 0 s by parts, 1 o by parts, 2 x, 3 dy, 4 mean,
// 5 reciprocal; ints: channels
static void normGradientsRun(Work& w) {
  const float *mean = w.at(4, 0), *reciprocal = w.at(5, 0);
  const int channels = w.integer(0), places = w.size(2) / channels;
  float *ds = w.at(0, w.part), *db = w.at(1, w.part);
  memset(ds, 0, (size_t)channels * 4);
  memset(db, 0, (size_t)channels * 4);
  for (int row = w.begin; row < w.end; row++)
    for (int p = 0; p < places; p++) {
      const float *x = w.at(2, row) + (int64_t)p * channels, *dy = w.at(3, row) + (int64_t)p * channels;
      for (int c = 0; c < channels; c++) {
        ds[c] += dy[c] * ((x[c] - mean[c]) * reciprocal[c]);
        db[c] += dy[c];
      }
    }
}

static bool normGradientsFits(const Sizes& s) {
  const int64_t channels = s.integer(0);
  return channels > 0 && s.isParts(0, channels) && s.isParts(1, channels) && s.has(2) && s.isRows(2, s.size(2)) &&
         s.size(2) % channels == 0 && s.isRows(3, s.size(2)) && s.isWhole(4, channels) && s.isWhole(5, channels);
}

// dx = scale * reciprocal * (dy - o / n - xhat * s / n), where xhat = (x - mean) * reciprocal and n counts the places.
// 0 dx, 1 x, 2 dy, 3 mean, 4 reciprocal, 5 scale, 6 s, 7 o; ints: channels; floats: 1 / n
static void normInputGradientRun(Work& w) {
  const float *mean = w.at(3, 0), *reciprocal = w.at(4, 0), *scale = w.at(5, 0), *ds = w.at(6, 0), *db = w.at(7, 0);
  const int channels = w.integer(0), places = w.size(0) / channels;
  const float share = w.real(0);
  for (int row = w.begin; row < w.end; row++)
    for (int p = 0; p < places; p++) {
      const float *x = w.at(1, row) + (int64_t)p * channels, *dy = w.at(2, row) + (int64_t)p * channels;
      float* dx = w.at(0, row) + (int64_t)p * channels;
      for (int c = 0; c < channels; c++) {
        const float normal = (x[c] - mean[c]) * reciprocal[c];
        dx[c] = scale[c] * reciprocal[c] * (dy[c] - share * db[c] - normal * (share * ds[c]));
      }
    }
}

static bool normInputGradientFits(const Sizes& s) {
  const int64_t channels = s.integer(0);
  if (channels < 1 || !s.has(0) || !s.isRows(0, s.size(0)) || s.size(0) % channels) return false;
  for (int operand = 3; operand < 8; operand++)
    if (!s.isWhole(operand, channels)) return false;
  return s.isRows(1, s.size(0)) && s.isRows(2, s.size(0));
}
