"""Checks the ONNX files of a folder and runs each on its images; writes the probabilities beside it."""

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

for path in sorted(Path(sys.argv[1]).glob("*.onnx")):
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    [image] = session.get_inputs()
    pixels = np.fromfile(path.with_suffix(".images"), np.float32).reshape(-1, *image.shape[1:])
    logits, probabilities = session.run(["logits", "probabilities"], {image.name: pixels})
    [alone] = session.run(["probabilities"], {image.name: pixels[:1]})
    assert np.allclose(alone[0], probabilities[0], atol=1e-6), path
    probabilities.tofile(path.with_suffix(".probabilities"))
