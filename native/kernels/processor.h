// What an x86 processor knows and the system keeps for each thread, in the processor's own words: what compilers bring
// to ask it is missing from some of their libraries, and that of zig 0.17.1 denies everything.
#pragma once
#include <cpuid.h>
#include <cstdint>

class Processor {
 public:
  Processor() {
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !has(c, 27)) return;
    const uint32_t kept = keptRegisters();
    const bool hasFma = has(c, 12);
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return;
    knowsAvx2 = hasFma && has(b, 5) && (kept & AVX) == AVX;
    // The foundation, bytes and words, double and quadruple words, shorter vectors.
    knowsAvx512 = has(b, 16) && has(b, 30) && has(b, 17) && has(b, 31) && (kept & AVX512) == AVX512;
  }

  bool knowsAvx2 = false, knowsAvx512 = false;

 private:
  // Registers of 128 and 256 bits; masks and those of 512 bits too.
  static constexpr uint32_t AVX = 0x6, AVX512 = 0xe6;

  static bool has(uint32_t word, int bit) { return word >> bit & 1; }

  static uint32_t keptRegisters() {
    uint32_t low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
  }
};
