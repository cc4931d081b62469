#!/usr/bin/env bash
# opencv-python-headless 5.0.0.93 (PyPI), Pillow 13.0.0, Python 3.10 to 3.13.
#
# cv2.imread() leaves the alpha of PNG, WebP and AVIF files out and keeps their colours, as Pillow's convert("RGB")
# and sharp's removeAlpha() do. In a TIFF with the same pixels (alpha that is declared as not multiplied in, as Pillow
# and image editors write it) it multiplies the colours by alpha: what is transparent is black, what is half
# transparent has half its light. IMREAD_UNCHANGED, with four channels, gives the darkened colours as well, next to an
# alpha that was not applied by the file. A TIFF that OpenCV wrote itself does not declare its fourth channel, and
# comes back as it was.
#
# Source: modules/imgcodecs/src/grfmt_tiff.cpp (TIFFReadRGBA...), tif_getimage.c of libtiff (unassociated alpha).
#
# Seen (pixels of red 200, green 100, blue 50 with alpha 0, 128, 255):
#   png [[200, 100, 50], [200, 100, 50], [200, 100, 50]]
#   webp [[200, 100, 50], [200, 100, 50], [200, 100, 50]]
#   tif [[0, 0, 0], [100, 50, 25], [200, 100, 50]]
#   tif, unchanged [[0, 0, 0, 0], [100, 50, 25, 128], [200, 100, 50, 255]]
#   tif by OpenCV itself [[200, 100, 50], [200, 100, 50], [200, 100, 50]]
#   tif by Pillow [[200, 100, 50], [200, 100, 50], [200, 100, 50]]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check opencv-python-headless==5.0.0.93 pillow==13.0.0
cat >main.py <<'PY'
import cv2
import numpy as np
from PIL import Image

pixels = np.array([[(200, 100, 50, alpha) for alpha in (0, 128, 255)]], np.uint8)


def show(name, path, flag=cv2.IMREAD_COLOR):
    read = cv2.imread(path, flag)
    turn = cv2.COLOR_BGR2RGB if read.shape[2] == 3 else cv2.COLOR_BGRA2RGBA
    print(name, cv2.cvtColor(read, turn)[0].tolist())


for extension, options in {"png": {}, "webp": {"lossless": True, "exact": True}, "tif": {}}.items():
    Image.fromarray(pixels).save(f"image.{extension}", **options)
    show(extension, f"image.{extension}")
show("tif, unchanged", "image.tif", cv2.IMREAD_UNCHANGED)
cv2.imwrite("own.tif", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA))
show("tif by OpenCV itself", "own.tif")
print("tif by Pillow", np.asarray(Image.open("image.tif").convert("RGB"))[0].tolist())
PY
python/bin/python main.py 2>warnings.txt | tee seen.txt
diff seen.txt - <<'EXPECTED'
png [[200, 100, 50], [200, 100, 50], [200, 100, 50]]
webp [[200, 100, 50], [200, 100, 50], [200, 100, 50]]
tif [[0, 0, 0], [100, 50, 25], [200, 100, 50]]
tif, unchanged [[0, 0, 0, 0], [100, 50, 25, 128], [200, 100, 50, 255]]
tif by OpenCV itself [[200, 100, 50], [200, 100, 50], [200, 100, 50]]
tif by Pillow [[200, 100, 50], [200, 100, 50], [200, 100, 50]]
EXPECTED
