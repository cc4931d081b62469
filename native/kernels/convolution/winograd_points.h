// Winograd's F(M, R) in one dimension: y = A' [(G f) * (B' d)] are M outputs of a filter of R from N = M + R - 1 inputs, with N
// products instead of R M. It is the product of two polynomials, by their values at N - 1 points and at infinity.
#pragma once
#include "../simd.h"

template <int M, int R = 3> struct Points;

// By the points 0, 1 and -1.
template <> struct Points<2> {
  // v = B' d
  static INLINE void input(const vf* d, vf* v) { v[0] = d[0] - d[2], v[1] = d[1] + d[2], v[2] = d[2] - d[1], v[3] = d[1] - d[3]; }
  // y = A' m
  static INLINE void output(const vf* m, vf* y) { y[0] = m[0] + m[1] + m[2], y[1] = m[1] - m[2] - m[3]; }
  // m = A dy
  static INLINE void gradient(const vf* dy, vf* m) { m[0] = dy[0], m[1] = dy[0] + dy[1], m[2] = dy[0] - dy[1], m[3] = -dy[1]; }
  // u = G f
  static INLINE void filter(const vf* f, vf* u) {
    u[0] = f[0], u[1] = 0.5f * (f[0] + f[1] + f[2]), u[2] = 0.5f * (f[0] - f[1] + f[2]), u[3] = f[2];
  }
  // df = G' s
  static INLINE void filterGradient(const vf* s, vf* df) {
    const vf both = 0.5f * (s[1] + s[2]);
    df[0] = s[0] + both, df[1] = 0.5f * (s[1] - s[2]), df[2] = both + s[3];
  }
};

// By the points 0, r, -r, 2 r and -2 r, where r is the root of 1/2: their powers stay near 1, and rounding errors are half of
// those with 0, 1, -1, 2 and -2, no larger than those of a plain sum.
template <> struct Points<4> {
  static constexpr float R = 0.70710678f;

  static INLINE void input(const vf* d, vf* v) {
    const vf near = d[4] - 2 * d[2], nearOdd = R * (d[3] - 2 * d[1]), far = d[4] - 0.5f * d[2], farOdd = 2 * R * (d[3] - 0.5f * d[1]);
    v[0] = d[0] + d[4] - 2.5f * d[2];
    v[1] = near + nearOdd, v[2] = near - nearOdd;
    v[3] = far + farOdd, v[4] = far - farOdd;
    v[5] = d[1] + d[5] - 2.5f * d[3];
  }
  static INLINE void output(const vf* m, vf* y) {
    const vf near = m[1] + m[2], nearOdd = m[1] - m[2], far = m[3] + m[4], farOdd = m[3] - m[4];
    y[0] = m[0] + near + far;
    y[1] = R * (nearOdd + 2 * farOdd);
    y[2] = 0.5f * near + 2 * far;
    y[3] = R * (0.5f * nearOdd + 4 * farOdd) + m[5];
  }
  static INLINE void gradient(const vf* dy, vf* m) {
    const vf near = dy[0] + 0.5f * dy[2], nearOdd = R * (dy[1] + 0.5f * dy[3]), far = dy[0] + 2 * dy[2], farOdd = 2 * R * (dy[1] + 2 * dy[3]);
    m[0] = dy[0];
    m[1] = near + nearOdd, m[2] = near - nearOdd;
    m[3] = far + farOdd, m[4] = far - farOdd;
    m[5] = dy[3];
  }
  static INLINE void filter(const vf* f, vf* u) {
    const vf near = (-2.0f / 3) * f[0] - (1.0f / 3) * f[2], nearOdd = (-2.0f / 3 * R) * f[1];
    const vf far = (1.0f / 6) * f[0] + (1.0f / 3) * f[2], farOdd = (1.0f / 3 * R) * f[1];
    u[0] = f[0];
    u[1] = near + nearOdd, u[2] = near - nearOdd;
    u[3] = far + farOdd, u[4] = far - farOdd;
    u[5] = f[2];
  }
  static INLINE void filterGradient(const vf* s, vf* df) {
    const vf near = s[1] + s[2], nearOdd = s[1] - s[2], far = s[3] + s[4], farOdd = s[3] - s[4];
    df[0] = s[0] + (1.0f / 6) * far - (2.0f / 3) * near;
    df[1] = R * ((1.0f / 3) * farOdd - (2.0f / 3) * nearOdd);
    df[2] = (1.0f / 3) * (far - near) + s[5];
  }
};

// By the points of F(4, 3), as tiles have as many pixels.
template <> struct Points<2, 5> {
  static constexpr float R = Points<4>::R;

  static INLINE void input(const vf* d, vf* v) { Points<4>::input(d, v); }
  static INLINE void output(const vf* m, vf* y) {
    y[0] = m[0] + (m[1] + m[2]) + (m[3] + m[4]);
    y[1] = R * ((m[1] - m[2]) + 2 * (m[3] - m[4])) + m[5];
  }
  static INLINE void filter(const vf* f, vf* u) {
    const vf near = (-2.0f / 3) * f[0] - (1.0f / 3) * f[2] - (1.0f / 6) * f[4], nearOdd = R * ((-2.0f / 3) * f[1] - (1.0f / 3) * f[3]);
    const vf far = (1.0f / 6) * f[0] + (1.0f / 3) * f[2] + (2.0f / 3) * f[4], farOdd = R * ((1.0f / 3) * f[1] + (2.0f / 3) * f[3]);
    u[0] = f[0];
    u[1] = near + nearOdd, u[2] = near - nearOdd;
    u[3] = far + farOdd, u[4] = far - farOdd;
    u[5] = f[4];
  }
};
