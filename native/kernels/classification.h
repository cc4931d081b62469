// From scores to losses and classes. Rows hold one or several vectors of `classes` scores.
#pragma once
#include "elementwise.h"

static INLINE float largest(const float* x, int count) {
  float most = x[0];
  for (int i = 1; i < count; i++) most = x[i] > most ? x[i] : most;
  return most;
}

// log of the sum of exp(x[i])
static INLINE float logSumExp(const float* x, int count, float most) {
  double sum = 0;
  for (int i = 0; i < count; i++) sum += (double)expf(x[i] - most);
  return most + (float)__builtin_log(sum);
}

// y[i] = exp(x[i]) / sum of exp(x). 0 y, 1 x; ints: classes
static void softmaxRun(Work& w) {
  const int classes = w.integer(0);
  for (int row = w.begin; row < w.end; row++)
    for (int at = 0; at < w.size(0); at += classes) {
      const float* x = w.at(1, row) + at;
      float* y = w.at(0, row) + at;
      const float most = largest(x, classes);
      double sum = 0;
      for (int i = 0; i < classes; i++) sum += (double)(y[i] = expf(x[i] - most));
      const float share = (float)(1 / sum);
      for (int i = 0; i < classes; i++) y[i] *= share;
    }
}

// y[i] = x[i] - log of the sum of exp(x). 0 y, 1 x; ints: classes
static void logSoftmaxRun(Work& w) {
  const int classes = w.integer(0);
  for (int row = w.begin; row < w.end; row++)
    for (int at = 0; at < w.size(0); at += classes) {
      const float* x = w.at(1, row) + at;
      float* y = w.at(0, row) + at;
      const float sum = logSumExp(x, classes, largest(x, classes));
      for (int i = 0; i < classes; i++) y[i] = x[i] - sum;
    }
}

static bool classesFit(const Sizes& s) {
  return s.integer(0) > 0 && s.has(0) && s.isRows(0, s.size(0)) && s.size(0) % s.integer(0) == 0 && s.isRows(1, s.size(0));
}

static INLINE bool isClass(Work& w, int32_t label, int classes) {
  if (label >= 0 && label < classes) return true;
  w.fail(BAD_INDEX, label);
  return false;
}

// y = log of the sum of exp(x) - x[label]. 0 y, 1 x, 2 int32 label
static void softmaxCrossEntropyRun(Work& w) {
  const int classes = w.size(1);
  for (int row = w.begin; row < w.end; row++) {
    const int32_t label = *w.intsAt(2, row);
    if (!isClass(w, label, classes)) return;
    const float* x = w.at(1, row);
    const float most = largest(x, classes);
    // The largest is subtracted from both before they meet, or near losses of 0 would be rounded off.
    *w.at(0, row) = logSumExp(x, classes, most) - most - (x[label] - most);
  }
}

// dx[i] = exp(x[i]) / sum of exp(x) - (i == label). 0 dx, 1 x, 2 int32 label
static void softmaxCrossEntropyGradientRun(Work& w) {
  const int classes = w.size(1);
  for (int row = w.begin; row < w.end; row++) {
    const int32_t label = *w.intsAt(2, row);
    if (!isClass(w, label, classes)) return;
    const float* x = w.at(1, row);
    float* dx = w.at(0, row);
    const float most = largest(x, classes);
    double sum = 0;
    for (int i = 0; i < classes; i++) sum += (double)(dx[i] = expf(x[i] - most));
    const float share = (float)(1 / sum);
    for (int i = 0; i < classes; i++) dx[i] *= share;
    dx[label] -= 1;
  }
}

static bool perLabelFits(const Sizes& s) { return s.isRows(0, 1) && s.has(1) && s.isRows(1, s.size(1)) && s.isRows(2, 1); }
static bool entropyGradientFits(const Sizes& s) { return s.has(1) && s.isRows(0, s.size(1)) && s.isRows(1, s.size(1)) && s.isRows(2, 1); }

// y = -x[label]. 0 y, 1 x, 2 int32 label
static void negativeLogLikelihoodRun(Work& w) {
  for (int row = w.begin; row < w.end; row++) {
    const int32_t label = *w.intsAt(2, row);
    if (!isClass(w, label, w.size(1))) return;
    *w.at(0, row) = -w.at(1, row)[label];
  }
}

// dx[i] = -(i == label). 0 dx, 1 int32 label
static void negativeLogLikelihoodGradientRun(Work& w) {
  for (int row = w.begin; row < w.end; row++) {
    const int32_t label = *w.intsAt(1, row);
    if (!isClass(w, label, w.size(0))) return;
    for (int i = 0; i < w.size(0); i++) w.at(0, row)[i] = i == label ? -1.0f : 0.0f;
  }
}

static bool ofLabelFits(const Sizes& s) { return s.has(0) && s.isRows(0, s.size(0)) && s.isRows(1, 1); }

// y = the first i with the largest x[i]. 0 int32 y, 1 x
static void argMaxRun(Work& w) {
  for (int row = w.begin; row < w.end; row++) {
    const float* x = w.at(1, row);
    int best = 0;
    for (int i = 1; i < w.size(1); i++) best = x[i] > x[best] ? i : best;
    *w.intsAt(0, row) = best;
  }
}

static bool argMaxFits(const Sizes& s) { return s.isRows(0, 1) && s.has(1) && s.size(1) > 0 && s.isRows(1, s.size(1)); }
