#!/usr/bin/env bash
# torch 2.15.0 (CPU), Pillow 13.0.0, Python 3.11 to 3.13.
#
# antialias=True of torch.nn.functional.interpolate is for making images smaller; enlarging has nothing to smooth, and
# with bilinear interpolation it changes nothing there. With bicubic it gives another image: without antialias the
# kernel's parameter is -0.75, with it -0.5, as in Pillow. So an image of 32 x 32 for a network of 224 x 224, enlarged
# by interpolate() as by default, is not the one that torchvision's Resize, which sets antialias, or Pillow made in
# training. An edge from 0 to 1 overshoots by 0.11 in one, by 0.07 in the other.
#
# Source: aten/src/ATen/native/UpSample.h (cubic_convolution1, A = -0.75) and cpu/UpSampleKernel.cpp
# (HelperInterpCubic, aa_filter with a = -0.5).
#
# Seen (an edge from 0 to 1, enlarged from 32 to 224 pixels):
#   bilinear: antialias changes 0.00; largest value 1.00 without, 1.00 with, 1.00 by Pillow
#   bicubic: antialias changes 0.04; largest value 1.11 without, 1.07 with, 1.07 by Pillow
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6 pillow==13.0.0
cat >main.py <<'PY'
import numpy
import torch
from PIL import Image
from torch.nn.functional import interpolate

edge = torch.zeros(1, 1, 32, 32)
edge[..., 16:] = 1
image = Image.fromarray(edge[0, 0].numpy())
for mode in ("bilinear", "bicubic"):
    plain, smoothed = (interpolate(edge, size=(224, 224), mode=mode, antialias=flag) for flag in (False, True))
    pillow = numpy.asarray(image.resize((224, 224), Image.Resampling[mode.upper()]))
    change = (plain - smoothed).abs().max().item()
    values = f"{plain.max():.2f} without, {smoothed.max():.2f} with, {pillow.max():.2f} by Pillow"
    print(f"{mode}: antialias changes {change:.2f}; largest value {values}")
PY
python/bin/python main.py | tee seen.txt
diff seen.txt - <<'EXPECTED'
bilinear: antialias changes 0.00; largest value 1.00 without, 1.00 with, 1.00 by Pillow
bicubic: antialias changes 0.04; largest value 1.11 without, 1.07 with, 1.07 by Pillow
EXPECTED
