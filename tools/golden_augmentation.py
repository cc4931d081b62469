"""Augments images in torchvision and writes the pixels that tests/ml/augmentation holds the engines to.

Images are made by a formula. What torchvision draws is given: in the order in which ml/augmentation draws it.

    /tmp/golden/bin/python tools/golden_augmentation.py > tests/ml/golden/augmentation.json    (environment: see golden.py,
    deno fmt tests/ml/golden                                                                   and torchvision==0.23.0)
"""

import json
import math
import sys

import torch
import torchvision
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as F

GREY = (1, 8, 8)
RGB = (3, 7, 10)

CROP = ({"randomCrop": {"padding": 3}}, [-2, 3])
CROP_BACK = ({"randomCrop": {"padding": 2}}, [1, -2])
FLIP = ({"horizontalFlip": {}}, [0.25])
NO_FLIP = ({"horizontalFlip": {"p": 0.25}}, [0.25])
TURN = ({"verticalFlip": {"p": 1}}, [0.75])
ROTATION = ({"rotation": {"degrees": 40}}, [23.5])
SMOOTH = ({"rotation": {"degrees": 40, "interpolation": "BILINEAR"}}, [-31.25])
AFFINE_OPTIONS = {"degrees": 30, "translate": [0.25, 0.5], "scale": [0.5, 2], "shear": 20}
AFFINE = ({"affine": AFFINE_OPTIONS}, [12.5, 1.4, -2.3, 1.37, 11.5])
SMOOTH_AFFINE = ({"affine": {**AFFINE_OPTIONS, "interpolation": "BILINEAR"}}, [-21, -1.6, 1.2, 0.81, -17.5])
JITTER_OPTIONS = {"brightness": 0.9, "contrast": 0.8}
JITTER = ({"colorJitter": JITTER_OPTIONS}, [1.6, 0.45, 0.25])
CONTRAST_FIRST = ({"colorJitter": JITTER_OPTIONS}, [0.55, 1.7, 0.75])
ERASING = ({"erasing": {}}, [0.25, 0.2, 0.3, 1, 2])
NO_ERASING = ({"erasing": {}}, [0.5])

CASES = [
    (shape, chain)
    for shape in (GREY, RGB)
    for chain in (
        [CROP],
        [FLIP],
        [NO_FLIP],
        [TURN],
        [ROTATION],
        [SMOOTH],
        [AFFINE],
        [SMOOTH_AFFINE],
        [JITTER],
        [CONTRAST_FIRST],
        [ERASING],
        [NO_ERASING],
        [CROP, FLIP],
        [FLIP, CROP],
        [FLIP, ROTATION],
        [ROTATION, TURN],
        [TURN, SMOOTH_AFFINE, FLIP],
        [ROTATION, SMOOTH],
        [CROP, JITTER, CROP_BACK],
        [JITTER, ERASING, FLIP],
        [SMOOTH, CONTRAST_FIRST, ERASING],
    )
]


def numbers(shape, salt):
    """tests/ml/layers/numbers.ts, between 0 and 1."""
    count = math.prod(shape)
    words = [((at * 7919 + salt * 104729 + 12345) * 2654435761) & 0xFFFFFFFF for at in range(count)]
    return torch.tensor([word / 2**32 for word in words], dtype=torch.float64).float().reshape(shape)


def mode(options):
    return InterpolationMode.BILINEAR if options.get("interpolation") == "BILINEAR" else InterpolationMode.NEAREST


def apply(image, augmentation, drawn):
    ((kind, options),) = augmentation.items()
    height, width = image.shape[-2:]
    if kind == "randomCrop":
        padding = options["padding"]
        padded = F.pad(image, [padding] * 4)
        return F.crop(padded, padding + drawn[0], padding + drawn[1], height, width)
    if kind == "horizontalFlip":
        return F.horizontal_flip(image) if drawn[0] < options.get("p", 0.5) else image
    if kind == "verticalFlip":
        return F.vertical_flip(image) if drawn[0] < options.get("p", 0.5) else image
    if kind == "rotation":
        return F.rotate(image, drawn[0], interpolation=mode(options))
    if kind == "affine":
        angle, right, down, scale, shear = drawn
        moved = [round(right), round(down)]
        return F.affine(image, angle, moved, scale, [shear, 0.0], interpolation=mode(options))
    if kind == "colorJitter":
        brightness, contrast, order = drawn
        if order < 0.5:
            return F.adjust_contrast(F.adjust_brightness(image, brightness), contrast)
        return F.adjust_brightness(F.adjust_contrast(image, contrast), brightness)
    if kind == "erasing":
        if drawn[0] >= options.get("p", 0.5):
            return image
        _, area, log_ratio, top, left = drawn
        pixels, ratio = height * width * area, math.exp(log_ratio)
        rows, columns = round(math.sqrt(pixels * ratio)), round(math.sqrt(pixels / ratio))
        return F.erase(image, top, left, rows, columns, torch.zeros(1))
    raise ValueError(kind)


def case(shape, chain, salt):
    image = numbers(shape, salt)
    for augmentation, drawn in chain:
        image = apply(image, augmentation, drawn)
    return {
        "shape": shape,
        "salt": salt,
        "augmentation": [augmentation for augmentation, _ in chain],
        "drawn": [drawn for _, drawn in chain],
        "pixels": [round(value, 7) for value in image.flatten().tolist()],
    }


json.dump(
    {
        "torchvision": torchvision.__version__.split("+")[0],
        "cases": [case(shape, chain, salt) for salt, (shape, chain) in enumerate(CASES)],
    },
    sys.stdout,
)
