#!/usr/bin/env bash
# ziglang 0.17.1 (PyPI; `python -m ziglang cc`), on x86-64 Linux; the system's gcc beside it.
#
# __builtin_cpu_supports() of a program that zig cc has built is 0 for all instructions, also for SSE2, which every
# x86-64 processor has, and after __builtin_cpu_init(). Nothing warns: such a program runs, and takes its slowest way
# on every processor. The compiler's runtime of this version has __cpu_model and __cpu_indicator_init, which the
# built-in functions read and call; with 0.16.0 and before they were undefined symbols, and the same program was not
# linked. The processor's own answer, by cpuid, is the same for both compilers.
#
# Source: zig, lib/compiler_rt (fmv/x86); https://github.com/ziglang/zig/issues/18074 is about the versions before.
#
# Seen:
#   gcc: SSE2 is there 1, asked by the built-in function 1
#   zig: SSE2 is there 1, asked by the built-in function 0
#   zig, optimized for the baseline: SSE2 is there 1, asked by the built-in function 0
#   zig, musl: SSE2 is there 1, asked by the built-in function 0
#   zig 0.16.0: not linked, undefined symbol: __cpu_model
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export ZIG_GLOBAL_CACHE_DIR=$folder/cache ZIG_LOCAL_CACHE_DIR=$folder/cache
for version in 0.16.0 0.17.1; do
  python3 -m venv "zig-$version"
  "zig-$version/bin/pip" install --quiet --disable-pip-version-check "ziglang==$version"
done
cat >main.c <<'C'
#include <cpuid.h>
#include <stdio.h>

int main(void) {
  unsigned a, b, c, d = 0;
  __get_cpuid(1, &a, &b, &c, &d);
  __builtin_cpu_init();
  printf("SSE2 is there %d, asked by the built-in function %d\n", d >> 26 & 1, __builtin_cpu_supports("sse2") != 0);
}
C
zig() { "zig-$1/bin/python" -m ziglang cc "${@:2}" main.c -o main; }
{
  gcc main.c -o main
  echo "gcc: $(./main)"
  zig 0.17.1
  echo "zig: $(./main)"
  zig 0.17.1 -O2 -mcpu=baseline
  echo "zig, optimized for the baseline: $(./main)"
  zig 0.17.1 -target x86_64-linux-musl
  echo "zig, musl: $(./main)"
  if zig 0.16.0 2>said.txt; then echo "zig 0.16.0: linked"; else
    echo "zig 0.16.0: not linked, $(grep -o 'undefined symbol: __cpu_model' said.txt | head -1)"
  fi
} | tee seen.txt
diff seen.txt - <<'EXPECTED'
gcc: SSE2 is there 1, asked by the built-in function 1
zig: SSE2 is there 1, asked by the built-in function 0
zig, optimized for the baseline: SSE2 is there 1, asked by the built-in function 0
zig, musl: SSE2 is there 1, asked by the built-in function 0
zig 0.16.0: not linked, undefined symbol: __cpu_model
EXPECTED
