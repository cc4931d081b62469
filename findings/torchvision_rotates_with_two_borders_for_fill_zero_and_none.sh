#!/usr/bin/env bash
# torchvision 0.23.0, torch 2.8.0 (CPU), Python 3.10 to 3.13, tensors (not PIL images).
#
# rotate(), affine(), RandomRotation and RandomAffine take `fill`, "pixel fill value for the area outside the transformed
# image; default is 0". With bilinear interpolation, fill=0 and fill=None give other pixels at the border. The image is
# sampled with zeros outside, which already weights a border pixel by the share of it that is inside. With a fill, a mask
# that was sampled in the same way is applied once more (image * mask + (1 - mask) * fill), so that border pixels count
# by the square of their share. The transforms' default is 0, the functions' default is None: the same rotation gives
# other pixels as a class than as a function. With nearest interpolation the two agree.
#
# Source: torchvision/transforms/_functional_tensor.py, _apply_grid_transform; transforms/v2/functional/_geometry.py.
#
# Seen (corner of a 4x4 image of ones, rotated by 45 degrees, bilinear):
#   fill=None 0.3787
#   fill=0    0.1434
#   0.3787 squared is 0.1434
#   RandomRotation((45, 45)) 0.1434
#   nearest: fill=None and fill=0 are equal
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check torch==2.8.0 torchvision==0.23.0 numpy
cat >main.py <<'PY'
import sys

import torch
from torchvision.transforms import InterpolationMode, RandomRotation
from torchvision.transforms import functional as F

ones = torch.ones(1, 4, 4)
bilinear = InterpolationMode.BILINEAR
none = F.rotate(ones, 45.0, interpolation=bilinear)[0, 0, 0].item()
zero = F.rotate(ones, 45.0, interpolation=bilinear, fill=0)[0, 0, 0].item()
transform = RandomRotation((45, 45), interpolation=bilinear)(ones)[0, 0, 0].item()
nearest = torch.equal(F.rotate(ones, 45.0), F.rotate(ones, 45.0, fill=0))
print(f"fill=None {none:.4f}\nfill=0    {zero:.4f}\n{none:.4f} squared is {none * none:.4f}")
print(f"RandomRotation((45, 45)) {transform:.4f}")
print(f"nearest: fill=None and fill=0 are {'equal' if nearest else 'different'}")
as_seen = abs(none - 0.3787) < 1e-3 and abs(zero - none * none) < 1e-4 and abs(transform - zero) < 1e-6 and nearest
sys.exit(0 if as_seen else 1)
PY
python/bin/python main.py
