#!/usr/bin/env bash
# openvino 2026.4.1, onnxruntime 1.32.0, onnx 1.23.2 (PyPI).
#
# OpenVINO's ReLU and Clip on the CPU turn NaN into 0, alone and fused to a convolution. A classifier of convolutions
# and ReLU whose input is NaN altogether, of a damaged sensor or a division by zero in the preprocessing, or whose
# first filters are NaN, as those of a diverged training, answers with probabilities that add up to 1. onnxruntime,
# like PyTorch and TensorFlow, answers NaN. LeakyRelu, Sigmoid, Tanh and Gelu keep NaN in OpenVINO, too, and its
# Softmax does so only in the places that are NaN themselves: the other classes of the row get 0.
#
# Seen:
#   Relu of [1, NaN]: onnxruntime [1.0, nan], openvino [1.0, 0.0]
#   Softmax of [1, NaN]: onnxruntime [nan, nan], openvino [0.0, nan]
#   a classifier of an image of NaN: onnxruntime [nan, nan], openvino [0.31, 0.69]
#   a classifier with filters of NaN: onnxruntime [nan, nan], openvino [0.31, 0.69]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 openvino==2026.4.1
cat >main.py <<'PY'
import sys

import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper, numpy_helper

NAN = float("nan")


def results(nodes, x, constants={}):
    shape = list(x.shape)
    described = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 2])
    initializers = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "graph", [described], [y], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, "model.onnx")
    session = onnxruntime.InferenceSession("model.onnx")
    return {
        "onnxruntime": session.run(None, {"x": x})[0],
        "openvino": openvino.Core().compile_model("model.onnx", "CPU")(x)[0],
    }


def classifier(x, filters):
    nodes = [
        helper.make_node("Conv", ["x", "filters"], ["features"]),
        helper.make_node("Relu", ["features"], ["active"]),
        helper.make_node("MaxPool", ["active"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Gemm", ["flat", "weights", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["y"]),
    ]
    weights = np.full((4 * 3 * 3, 2), 0.01, "f4")
    bias = np.array([0.1, 0.9], "f4")
    return results(nodes, x, {"filters": filters, "weights": weights, "bias": bias})


row = np.array([[1, NAN]], "f4")
image, filters = np.ones((1, 1, 8, 8), "f4"), np.ones((4, 1, 3, 3), "f4")
cases = {
    "Relu of [1, NaN]": results([helper.make_node("Relu", ["x"], ["y"])], row),
    "Softmax of [1, NaN]": results([helper.make_node("Softmax", ["x"], ["y"])], row),
    "a classifier of an image of NaN": classifier(image * NAN, filters),
    "a classifier with filters of NaN": classifier(image, filters * NAN),
}
for name, case in cases.items():
    shown = ", ".join(f"{runtime} {np.round(y[0].astype(float), 2).tolist()}" for runtime, y in case.items())
    print(f"{name}: {shown}")
wrong = [np.isfinite(case["openvino"]).any() and np.isnan(case["onnxruntime"]).any() for case in cases.values()]
sums = [case["openvino"].sum() for case in list(cases.values())[2:]]
sys.exit(not all(wrong) or not np.allclose(sums, 1, atol=1e-3))
PY
python/bin/python main.py
