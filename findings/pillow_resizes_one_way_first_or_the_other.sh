#!/usr/bin/env bash
# Pillow 13.0.0 beside 11.0.0, Python 3.10 to 3.13.
#
# Image.resize() scales in two passes and rounds to whole grey values between them, so that the order of the passes shows
# in the pixels. Pillow 13 chooses the order by the sizes: some images are scaled in width first, others in height first.
# A library that always begins with the same side gets other pixels than Pillow for part of all sizes, by a grey value,
# and pixels that were prepared with an earlier version, which always began with the width, differ from those of today.
#
# Source: src/libImaging/Resample.c (ImagingResampleInner).
#
# Seen (noise, bilinear; equal to the result of two calls, one for each side):
#   11.0.0: width first, width first, width first
#   13.0.0: width first, height first, height first
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >main.py <<'PY'
import random

import PIL
from PIL import Image

BILINEAR = Image.Resampling.BILINEAR


def order(size, target):
    width, height = size
    image = Image.frombytes("L", size, random.Random(1).randbytes(width * height))
    resized = image.resize(target, BILINEAR).tobytes()
    width_first = image.resize((target[0], height), BILINEAR).resize(target, BILINEAR).tobytes()
    height_first = image.resize((width, target[1]), BILINEAR).resize(target, BILINEAR).tobytes()
    if width_first == height_first:
        return "no difference"
    return "width first" if resized == width_first else "height first" if resized == height_first else "neither"


cases = (((33, 17), (8, 8)), ((10, 33), (5, 20)), ((20, 20), (40, 10)))
print(f"{PIL.__version__}: {', '.join(order(size, target) for size, target in cases)}")
PY
for version in 11.0.0 13.0.0; do
  python3 -m venv "$version"
  "$version/bin/pip" install --quiet --disable-pip-version-check pillow=="$version"
  "$version/bin/python" main.py
done | tee seen.txt
diff seen.txt - <<'EXPECTED'
11.0.0: width first, width first, width first
13.0.0: width first, height first, height first
EXPECTED
