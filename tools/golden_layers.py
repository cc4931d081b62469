"""Runs every layer with its options in PyTorch and writes the numbers that tests/ml/layers holds the engines to.

Inputs and parameters are made by a formula, so that the file holds results only: some elements of each array and its length
as a vector. Another processor changes the last digits of convolutions and sums: results that the file has are kept, and only
those of new cases are added. Remove the file to compute all of them.

    /tmp/golden/bin/python tools/golden_layers.py tests/ml/golden/layers.json    (environment: see golden.py)
    deno fmt tests/ml/golden
"""

import json
import math
import os
import sys

import torch

from torch_layers import sequence

BATCH = 3
STEPS = 3
IMAGE = (4, 7, 6)

# The probe of an array of so many elements holds all of them.
SMALL_IMAGE = (4, 3, 2)

BLOCK = [
    {"conv2d": {"outChannels": 4, "kernelSize": 3, "padding": 1, "bias": False}},
    {"batchNorm2d": {}},
    {"relu": {}},
]

# Layers, and the shape of their input if it is another one.
CASES = [
    [{"conv2d": {"outChannels": 6, "kernelSize": 3}}],
    [{"conv2d": {"outChannels": 6, "kernelSize": [3, 2], "bias": False}}],
    [{"conv2d": {"outChannels": 6, "kernelSize": 3, "stride": 2}}],
    [{"conv2d": {"outChannels": 6, "kernelSize": 3, "stride": [1, 2], "padding": [2, 1]}}],
    [{"conv2d": {"outChannels": 5, "kernelSize": 3, "dilation": 2, "padding": 2}}],
    [{"conv2d": {"outChannels": 5, "kernelSize": [2, 3], "dilation": [3, 2], "stride": 2, "padding": 2}}],
    [{"conv2d": {"outChannels": 6, "kernelSize": 3, "groups": 2}}],
    [{"conv2d": {"outChannels": 6, "kernelSize": 3, "groups": 2, "stride": 2, "padding": 1, "dilation": 2}}],
    [{"conv2d": {"outChannels": 4, "kernelSize": 3, "groups": 4, "padding": 1}}],
    [{"conv2d": {"outChannels": 8, "kernelSize": 3, "groups": 4, "padding": 1, "stride": 2}}],
    [{"conv2d": {"outChannels": 8, "kernelSize": 2, "groups": 4, "padding": 1, "stride": 2, "dilation": 2}}],
    [{"conv2d": {"outChannels": 4, "kernelSize": 3, "groups": 4, "dilation": 3, "padding": 3}}],
    [{"conv2d": {"outChannels": 4, "kernelSize": 3, "groups": 4, "stride": [1, 2]}}],
    [{"flatten": {}}, {"linear": {"outFeatures": 5}}],
    [{"flatten": {}}, {"linear": {"outFeatures": 5, "bias": False}}],
    [{"identity": {}}],
    [{"batchNorm2d": {}}],
    [{"batchNorm2d": {"eps": 0.1, "momentum": 0.3}}],
    [{"batchNorm2d": {"affine": False}}],
    ([{"flatten": {}}, {"batchNorm1d": {}}], SMALL_IMAGE),
    ([{"flatten": {}}, {"batchNorm1d": {"eps": 0.1, "momentum": 0.3, "affine": False}}], SMALL_IMAGE),
    [{"layerNorm": {}}],
    [{"layerNorm": {"eps": 0.1}}],
    [{"flatten": {}}, {"layerNorm": {}}],
    [{"groupNorm": {"numGroups": 2}}],
    [{"groupNorm": {"numGroups": 4, "eps": 0.1}}],
    [{"maxPool2d": {"kernelSize": 2}}],
    [{"maxPool2d": {"kernelSize": [3, 2], "stride": [2, 1]}}],
    [{"maxPool2d": {"kernelSize": 3, "stride": 2, "padding": 1}}],
    [{"maxPool2d": {"kernelSize": 2, "ceilMode": True}}],
    [{"maxPool2d": {"kernelSize": 3, "stride": 2, "padding": 1, "ceilMode": True}}],
    [{"maxPool2d": {"kernelSize": 2, "stride": 3, "padding": 1, "ceilMode": True}}],
    [{"avgPool2d": {"kernelSize": 2}}],
    [{"avgPool2d": {"kernelSize": [3, 2], "stride": [2, 1]}}],
    [{"avgPool2d": {"kernelSize": 3, "stride": 2, "padding": 1}}],
    [{"avgPool2d": {"kernelSize": 3, "stride": 2, "padding": 1, "countIncludePad": False}}],
    [{"avgPool2d": {"kernelSize": 2, "ceilMode": True}}],
    [{"avgPool2d": {"kernelSize": 3, "stride": 2, "padding": 1, "ceilMode": True}}],
    [{"avgPool2d": {"kernelSize": 4, "stride": 3, "padding": 2, "ceilMode": True}}],
    [{"avgPool2d": {"kernelSize": 4, "stride": 3, "padding": 2, "ceilMode": True, "countIncludePad": False}}],
    [{"globalAvgPool": {}}],
    [{"globalMaxPool": {}}],
    [{"relu": {}}],
    [{"relu6": {}}],
    [{"leakyRelu": {}}],
    [{"leakyRelu": {"negativeSlope": 0.3}}],
    [{"elu": {}}],
    [{"elu": {"alpha": 0.4}}],
    [{"gelu": {}}],
    [{"gelu": {"approximate": True}}],
    [{"silu": {}}],
    [{"hardswish": {}}],
    [{"sigmoid": {}}],
    [{"tanh": {}}],
    [{"softmax": {}}],
    [{"flatten": {}}, {"softmax": {}}],
    [{"flatten": {}}, {"logSoftmax": {}}],
    [{"dropout": {"p": 0}}, {"dropout2d": {"p": 0}}],
    [{"residual": {"body": BLOCK}}, {"relu": {}}],
    [
        {
            "residual": {
                "name": "block",
                "body": [{"conv2d": {"outChannels": 6, "kernelSize": 3, "stride": 2, "padding": 1}}],
                "shortcut": [
                    {"conv2d": {"name": "down", "outChannels": 6, "kernelSize": 1, "stride": 2, "bias": False}},
                    {"batchNorm2d": {}},
                ],
            }
        }
    ],
    [
        {
            "parallel": {
                "merge": "CONCAT",
                "branches": [
                    {"name": "wide", "layers": [{"conv2d": {"outChannels": 3, "kernelSize": 3, "padding": 1}}]},
                    {"layers": [{"maxPool2d": {"kernelSize": 3, "stride": 1, "padding": 1}}]},
                ],
            }
        },
        {"flatten": {}},
        {"linear": {"outFeatures": 3}},
    ],
    [
        {
            "parallel": {
                "merge": "MULTIPLY",
                "branches": [
                    {"layers": [{"identity": {}}]},
                    {
                        "layers": [
                            {"globalAvgPool": {}},
                            {"conv2d": {"outChannels": 2, "kernelSize": 1}},
                            {"relu": {}},
                            {"conv2d": {"outChannels": 4, "kernelSize": 1}},
                            {"sigmoid": {}},
                        ]
                    },
                ],
            }
        }
    ],
    [{"parallel": {"merge": "ADD", "branches": [{"layers": [{"tanh": {}}]}, {"layers": BLOCK}]}}],
    [{"repeat": {"times": 2, "layers": BLOCK}}, {"sequence": {"name": "head", "layers": [{"relu": {}}]}}],
]


def numbers(shape, salt, scale=2.0):
    """Numbers between -scale and scale, the same as in tests/ml/layers/numbers.ts."""
    count = math.prod(shape)
    words = [((i * 7919 + salt * 104729 + 12345) * 2654435761) & 0xFFFFFFFF for i in range(count)]
    values = [((word / 2**32) * 2 - 1) * scale for word in words]
    return torch.tensor(values, dtype=torch.float64).to(torch.float32).reshape(shape)


def probe(tensor):
    """Some elements, spread over the array, and its length as a vector: a wrong place shows in them."""
    flat = tensor.detach().double().flatten()
    at = sorted({(position * 104729) % len(flat) for position in range(24)})
    return {
        "shape": list(tensor.shape),
        "at": at,
        "values": [float(f"{flat[i]:.8g}") for i in at],
        "norm": float(f"{flat.norm():.8g}"),
    }


def run(layers, shape=IMAGE):
    network, _ = sequence(layers, shape)
    names = dict(network.named_parameters())
    with torch.no_grad():
        for salt, parameter in enumerate(names.values()):
            parameter.copy_(numbers(parameter.shape, 100 + salt, 0.5))
    network.train()
    for step in range(STEPS):
        x = numbers((BATCH, *shape), step).requires_grad_()
        output = network(x)
        network.zero_grad()
        (output * numbers(output.shape, 50)).sum().backward()
    network.eval()
    with torch.no_grad():
        evaluated = network(numbers((BATCH, *shape), STEPS))
    return {
        "layers": layers,
        "input": list(shape),
        "output": probe(output),
        "inputGradient": probe(x.grad),
        "gradients": {name: probe(parameter.grad) for name, parameter in names.items()},
        "buffers": {name: probe(buffer) for name, buffer in network.named_buffers()},
        "evaluated": probe(evaluated),
    }


def main():
    torch.set_num_threads(1)
    path = sys.argv[1]
    version = torch.__version__.split("+")[0]
    known = []
    if os.path.exists(path):
        with open(path) as file:
            golden = json.load(file)
        if golden["torch"] != version:
            sys.exit(f"Cannot add to {path}: it is from PyTorch {golden['torch']}, this is {version}.")
        known = golden["cases"]

    def result(layers, shape=IMAGE):
        kept = (case for case in known if case["layers"] == layers and case["input"] == list(shape))
        return next(kept, None) or run(layers, shape)

    cases = [result(*case) if isinstance(case, tuple) else result(case) for case in CASES]
    with open(path, "w") as file:
        json.dump({"torch": version, "batch": BATCH, "steps": STEPS, "cases": cases}, file)


if __name__ == "__main__":
    main()
