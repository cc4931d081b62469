#!/usr/bin/env bash
# sharp 0.35.5 (libvips 8.18.7), opencv-python-headless 5.0.0.93, Pillow 13.0.0; Node 20 or later, Python 3.10 to
# 3.13.
#
# AVIF says in its colour box whether values have the full range, 0 to 255, or the limited one of video, 16 to 235,
# which encoders of video write. sharp and OpenCV expand the limited range for colour images, and forget it for
# monochrome ones: black is read as 16, white as 235, in files that Pillow reads as 0 and 255. The same grey image
# saved with colour planes is right in all three, so that a folder of both kinds has two contrasts.
#
# Source: grfmt_avif.cpp of OpenCV (one channel is copied from the first plane as it is); libvips reads by libheif.
#
# Seen (grey 0, 64, 128, 255):
#   monochrome, full: Pillow 0 64 128 255, OpenCV 0 64 128 255, sharp 0 64 128 255
#   monochrome, limited: Pillow 0 64 128 255, OpenCV 16 71 126 235, sharp 16 71 126 235
#   in colour, limited: Pillow 0 64 128 255, OpenCV 0 64 128 255, sharp 0 64 129 255
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check opencv-python-headless==5.0.0.93 pillow==13.0.0
npm init -y >/dev/null
npm install --silent --no-audit --no-fund sharp@0.35.5
cat >read.mjs <<'JS'
import sharp from "sharp";
const { data, info } = await sharp(process.argv[2]).raw().toBuffer({ resolveWithObject: true });
console.log([0, 8, 16, 24].map((x) => data[x * info.channels]).join(" "));
JS
cat >main.py <<'PY'
import subprocess

import cv2
import numpy as np
from PIL import Image

grey = Image.fromarray(np.repeat(np.array([[0, 64, 128, 255]] * 8, np.uint8), 8, axis=1))
cases = (("monochrome, full", "4:0:0", "full"), ("monochrome, limited", "4:0:0", "limited"), ("in colour, limited", "4:4:4", "limited"))
for name, planes, values in cases:
    grey.save("image.avif", quality=100, subsampling=planes, range=values)
    pillow = np.asarray(Image.open("image.avif").convert("L"))[0, ::8]
    opencv = cv2.imread("image.avif", cv2.IMREAD_GRAYSCALE)[0, ::8]
    sharp = subprocess.run(["node", "read.mjs", "image.avif"], capture_output=True, check=True, text=True).stdout.strip()
    print(f"{name}: Pillow {' '.join(map(str, pillow))}, OpenCV {' '.join(map(str, opencv))}, sharp {sharp}")
PY
python/bin/python main.py | tee seen.txt
diff seen.txt - <<'EXPECTED'
monochrome, full: Pillow 0 64 128 255, OpenCV 0 64 128 255, sharp 0 64 128 255
monochrome, limited: Pillow 0 64 128 255, OpenCV 16 71 126 235, sharp 16 71 126 235
in colour, limited: Pillow 0 64 128 255, OpenCV 0 64 128 255, sharp 0 64 129 255
EXPECTED
