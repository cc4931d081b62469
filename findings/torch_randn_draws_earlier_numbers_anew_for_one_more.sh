#!/usr/bin/env bash
# torch 2.15.0 and 2.8.0 (CPU), numpy 2.4.6 for comparison, Python 3.11 to 3.13.
#
# With the same seed, torch.randn(17) and torch.randn(16) have one number in common, the first. normal_() draws fewer
# than 16 numbers one by one, more in blocks of 16; where these do not come out even, the last 16 numbers are drawn a
# second time, over the end of the block before, and the generator has moved on by 16 more. One more sample, class or
# weight so changes up to sixteen of the numbers before it, and all that are drawn later; and torch.randn(15) shares
# none with torch.randn(16). torch.rand, and normal numbers of NumPy, go on with the sequence. (A tensor that is not
# contiguous is filled one by one, with other numbers than a contiguous one.)
#
# Source: aten/src/ATen/native/cpu/DistributionTemplates.h (normal_fill).
#
# Seen (numbers that stay the same when one more is drawn with the same seed):
#   torch.randn: 0 of 15, 1 of 16, 15 of 31, 17 of 32, 98 of 100
#   torch.rand: 15 of 15, 16 of 16, 31 of 31, 32 of 32, 100 of 100
#   numpy: 15 of 15, 16 of 16, 31 of 31, 32 of 32, 100 of 100
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
cat >main.py <<'PY'
import numpy
import torch


def torch_numbers(draw):
    def numbers(count):
        torch.manual_seed(1)
        return draw(count).numpy()

    return numbers


def numpy_normal(count):
    return numpy.random.default_rng(1).standard_normal(count)


draws = {"torch.randn": torch_numbers(torch.randn), "torch.rand": torch_numbers(torch.rand), "numpy": numpy_normal}
for name, draw in draws.items():
    kept = [f"{(draw(count) == draw(count + 1)[:-1]).sum()} of {count}" for count in (15, 16, 31, 32, 100)]
    print(f"{name}: {', '.join(kept)}")
PY
python/bin/python main.py | tee seen.txt
diff seen.txt - <<'EXPECTED'
torch.randn: 0 of 15, 1 of 16, 15 of 31, 17 of 32, 98 of 100
torch.rand: 15 of 15, 16 of 16, 31 of 31, 32 of 32, 100 of 100
numpy: 15 of 15, 16 of 16, 31 of 31, 32 of 32, 100 of 100
EXPECTED
