#!/usr/bin/env bash
# opencv-python-headless 5.0.0.93 (PyPI), Pillow 13.0.0, Python 3.10 to 3.13.
#
# cv2.imread(path, cv2.IMREAD_COLOR_RGB), which spares the turn from OpenCV's BGR to RGB, gives RGB for every format,
# except for AVIF files with an alpha channel: those alone come as BGR, red and blue exchanged, without an error. A
# plain imread() and cv2.cvtColor are right for all.
#
# Source: modules/imgcodecs/src/grfmt_avif.cpp (CopyToMat() reads four channels as BGRA whatever is asked, and
# readData() drops the fourth by COLOR_BGRA2BGR).
#
# Seen (an image of red 200, green 100, blue 50):
#   RGB: png [200, 100, 50], webp [200, 100, 50], avif [200, 100, 50]
#   RGBA: png [200, 100, 50], webp [200, 100, 50], avif [50, 100, 200]
#   RGBA, avif by cvtColor: [200, 100, 50]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check opencv-python-headless==5.0.0.93 pillow==13.0.0
cat >main.py <<'PY'
import cv2
from PIL import Image

OPTIONS = {"png": {}, "webp": {"lossless": True}, "avif": {"quality": 100}}
for mode, color in (("RGB", (200, 100, 50)), ("RGBA", (200, 100, 50, 128))):
    seen = []
    for extension, options in OPTIONS.items():
        path = f"{mode}.{extension}"
        Image.new(mode, (16, 16), color).save(path, **options)
        seen.append(f"{extension} {cv2.imread(path, cv2.IMREAD_COLOR_RGB)[8, 8].tolist()}")
    print(f"{mode}: {', '.join(seen)}")
turned = cv2.cvtColor(cv2.imread("RGBA.avif"), cv2.COLOR_BGR2RGB)
print(f"RGBA, avif by cvtColor: {turned[8, 8].tolist()}")
PY
python/bin/python main.py | tee seen.txt
diff seen.txt - <<'EXPECTED'
RGB: png [200, 100, 50], webp [200, 100, 50], avif [200, 100, 50]
RGBA: png [200, 100, 50], webp [200, 100, 50], avif [50, 100, 200]
RGBA, avif by cvtColor: [200, 100, 50]
EXPECTED
