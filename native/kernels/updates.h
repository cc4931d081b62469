// Changes of weights at the end of a step, each a pass over a weight, its state and its gradient, by rows.
#pragma once
#include "elementwise.h"

// w -= rate * g. 0 w, 1 g, 2 rate
static void gradientDescentRun(Work& k) {
  const float rate = *k.at(2, 0);
  for (int row = k.begin; row < k.end; row++) {
    float* w = k.at(0, row);
    const float* g = k.at(1, row);
    for (int i = 0; i < k.size(0); i++) w[i] -= rate * g[i];
  }
}

// v = momentum * v + g; w -= rate * v, or rate * (g + momentum * v). 0 w, 1 v, 2 g, 3 rate, 4 momentum; ints: Nesterov
static void momentumRun(Work& k) {
  const float rate = *k.at(3, 0), momentum = *k.at(4, 0);
  const bool nesterov = k.integer(0);
  for (int row = k.begin; row < k.end; row++) {
    float *w = k.at(0, row), *v = k.at(1, row);
    const float* g = k.at(2, row);
    for (int i = 0; i < k.size(0); i++) {
      v[i] = momentum * v[i] + g[i];
      w[i] -= rate * (nesterov ? g[i] + momentum * v[i] : v[i]);
    }
  }
}

// m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2; w = kept * w - step * m / (sqrt(v) + epsilon).
// 0 w, 1 m, 2 v, 3 g, 4 settings whole: step, epsilon, beta1, beta2, kept
static void adamRun(Work& k) {
  const float* settings = k.at(4, 0);
  const float step = settings[0], epsilon = settings[1], beta1 = settings[2], beta2 = settings[3], kept = settings[4];
  for (int row = k.begin; row < k.end; row++) {
    float *w = k.at(0, row), *m = k.at(1, row), *v = k.at(2, row);
    const float* g = k.at(3, row);
    for (int i = 0; i < k.size(0); i++) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * (g[i] * g[i]);
      w[i] = kept * w[i] - step * m[i] / (sqrtf(v[i]) + epsilon);
    }
  }
}

static bool gradientDescentFits(const Sizes& s) { return unaryFits(s) && s.isWhole(2, 1); }
static bool momentumFits(const Sizes& s) {
  return unaryFits(s) && s.isRows(2, s.size(0)) && s.isWhole(3, 1) && s.isWhole(4, 1);
}
static bool adamFits(const Sizes& s) {
  return unaryFits(s) && s.isRows(2, s.size(0)) && s.isRows(3, s.size(0)) && s.isWhole(4, 5);
}
