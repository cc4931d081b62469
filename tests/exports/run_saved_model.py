"""Runs the SavedModels of a folder on their images; writes the probabilities beside them."""

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

for path in sorted(Path(sys.argv[1]).glob("*.saved_model")):
    described = json.loads((path / "preprocessing.json").read_text())["input"]
    values = np.fromfile(path.with_suffix(".images"), np.float32)
    images = tf.constant(values.reshape(-1, *described["shape"][1:]))
    predict = tf.saved_model.load(path).signatures["serving_default"]
    predict(**{described["name"]: images})["probabilities"].numpy().tofile(
        path.with_suffix(".probabilities")
    )
