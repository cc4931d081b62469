#!/usr/bin/env bash
# datasets 5.2.0 (Hugging Face) with Pillow 13.0.0, Python 3.10 to 3.13.
#
# load_dataset("imagefolder", data_dir=...) reads a folder for each class, as torchvision's ImageFolder does, unless a
# word for a split (train, training, test, testing, eval, dev, val, validation, ...) is in a path, between any
# separators, at any depth. PASCAL VOC and COCO have a class 'train', ImageNet a 'bullet train'. Then what holds the
# word is the whole dataset, and every other image is left out without a warning; with one class left, the labels are
# dropped as well. One image of a certain name does the same: of a thousand cats and dogs, `cat/test_2.png` alone is
# loaded. With folders train/ and test/ above the classes all are read, but the test images of class 'train' are in
# both splits. The other loaders of folders and files (audiofolder, csv, json, parquet, ...) choose their files in the
# same way. data_files={"train": "**"} reads all of a folder without splits.
#
# Source: datasets/data_files.py (SPLIT_KEYWORDS, KEYWORDS_IN_DIR_NAME_BASE_PATTERNS, _get_data_files_patterns).
#
# Seen:
#   bus, car, tram -> train: 3 images, labels bus car tram
#   bus, car, train -> train: 1 images, no labels
#   bus, car, bullet_train -> train: 1 images, no labels
#   an image named cat/test_2.png among others -> test: 1 images, no labels
#   train/ and test/ with classes car, train -> train: 3 images, labels car train; test: 2 images, labels car train
#   bus, car, train by data_files -> train: 3 images, labels bus car train
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check datasets==5.2.0 pillow==13.0.0
cat >main.py <<'PY'
import tempfile
from pathlib import Path

import datasets
from PIL import Image


def describe(split):
    label = split.features.get("label")
    return f"{len(split)} images, {'labels ' + ' '.join(label.names) if label else 'no labels'}"


def show(name, paths, **options):
    with tempfile.TemporaryDirectory() as root:
        for path in paths:
            file = Path(root, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (4, 4)).save(file)
        loaded = datasets.load_dataset("imagefolder", data_dir=root, **options)
    print(f"{name} -> {'; '.join(f'{split}: {describe(loaded[split])}' for split in loaded)}")


show("bus, car, tram", ["bus/1.png", "car/1.png", "tram/1.png"])
show("bus, car, train", ["bus/1.png", "car/1.png", "train/1.png"])
show("bus, car, bullet_train", ["bus/1.png", "car/1.png", "bullet_train/1.png"])
show("an image named cat/test_2.png among others", ["cat/1.png", "cat/test_2.png", "dog/3.png"])
divided = ["train/car/1.png", "train/train/2.png", "test/car/3.png", "test/train/4.png"]
show("train/ and test/ with classes car, train", divided)
by_files = {"data_files": {"train": "**"}}
show("bus, car, train by data_files", ["bus/1.png", "car/1.png", "train/1.png"], **by_files)
PY
export HF_HUB_OFFLINE=1 HF_HOME="$folder/home" HF_DATASETS_DISABLE_PROGRESS_BARS=1
python/bin/python main.py 2>errors.txt | tee seen.txt || { tail -3 errors.txt; exit 2; }
diff seen.txt - <<'EXPECTED'
bus, car, tram -> train: 3 images, labels bus car tram
bus, car, train -> train: 1 images, no labels
bus, car, bullet_train -> train: 1 images, no labels
an image named cat/test_2.png among others -> test: 1 images, no labels
train/ and test/ with classes car, train -> train: 3 images, labels car train; test: 2 images, labels car train
bus, car, train by data_files -> train: 3 images, labels bus car train
EXPECTED
