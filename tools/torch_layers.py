"""Builds PyTorch modules from layers as clients write them: { "conv2d": { "outChannels": 4, "kernelSize": 3 } }."""

from collections import OrderedDict
from functools import reduce

import torch
from torch import nn


class Residual(nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body = body
        self.shortcut = shortcut

    def forward(self, x):
        return self.body(x) + (x if self.shortcut is None else self.shortcut(x))


class Parallel(nn.Module):
    MERGES = {
        "ADD": lambda outputs: reduce(torch.add, outputs),
        "MULTIPLY": lambda outputs: reduce(torch.mul, outputs),
        "CONCAT": lambda outputs: torch.cat(outputs, 1),
    }

    def __init__(self, branches, merge):
        super().__init__()
        self.branches = nn.ModuleDict(branches)
        self.merge = merge

    def forward(self, x):
        return self.MERGES[self.merge]([branch(x) for branch in self.branches.values()])


def sequence(layers, shape):
    """Builds a list of layers for inputs of a shape without the batch; returns the module and its output's shape."""
    modules = OrderedDict()
    for position, layer in enumerate(layers):
        [(kind, options)] = layer.items()
        module, shape = build(kind, options, shape)
        modules[options.get("name", str(position))] = module
    return nn.Sequential(modules), shape


def build(kind, options, shape):
    module = COMPOSITES[kind](options, shape) if kind in COMPOSITES else SIMPLE[kind](options, shape)
    was_training = module.training
    module.eval()
    with torch.no_grad():
        output = module(torch.zeros(2, *shape))
    module.train(was_training)
    return module, tuple(output.shape[1:])


def repeat(options, shape):
    modules = OrderedDict()
    for turn in range(options["times"]):
        modules[str(turn)], shape = sequence(options["layers"], shape)
    return nn.Sequential(modules)


def parallel(options, shape):
    branches = OrderedDict(
        (branch.get("name", str(position)), sequence(branch["layers"], shape)[0])
        for position, branch in enumerate(options["branches"])
    )
    return Parallel(branches, options["merge"])


def residual(options, shape):
    shortcut = options.get("shortcut")
    return Residual(
        sequence(options["body"], shape)[0],
        None if shortcut is None else sequence(shortcut, shape)[0],
    )


COMPOSITES = {
    "repeat": repeat,
    "parallel": parallel,
    "residual": residual,
    "sequence": lambda options, shape: sequence(options["layers"], shape)[0],
}


def pool(options):
    names = {
        "kernelSize": "kernel_size",
        "stride": "stride",
        "padding": "padding",
        "ceilMode": "ceil_mode",
        "countIncludePad": "count_include_pad",
    }
    return {names[name]: value for name, value in options.items() if name != "name"}


def affine(options):
    return {name: options[name] for name in ("eps", "momentum", "affine") if name in options}


def eps(options):
    return {"eps": options["eps"]} if "eps" in options else {}


SIMPLE = {
    "conv2d": lambda o, shape: nn.Conv2d(
        shape[0],
        o["outChannels"],
        o["kernelSize"],
        stride=o.get("stride", 1),
        padding=o.get("padding", 0),
        dilation=o.get("dilation", 1),
        groups=o.get("groups", 1),
        bias=o.get("bias", True),
    ),
    "linear": lambda o, shape: nn.Linear(shape[0], o.get("outFeatures", 10), o.get("bias", True)),
    "flatten": lambda o, shape: nn.Flatten(),
    "identity": lambda o, shape: nn.Identity(),
    "batchNorm2d": lambda o, shape: nn.BatchNorm2d(shape[0], **affine(o)),
    "batchNorm1d": lambda o, shape: nn.BatchNorm1d(shape[0], **affine(o)),
    "layerNorm": lambda o, shape: nn.LayerNorm(shape, **eps(o)),
    "groupNorm": lambda o, shape: nn.GroupNorm(o["numGroups"], shape[0], **eps(o)),
    "maxPool2d": lambda o, shape: nn.MaxPool2d(**pool(o)),
    "avgPool2d": lambda o, shape: nn.AvgPool2d(**pool(o)),
    "globalAvgPool": lambda o, shape: nn.AdaptiveAvgPool2d(1),
    "globalMaxPool": lambda o, shape: nn.AdaptiveMaxPool2d(1),
    "relu": lambda o, shape: nn.ReLU(),
    "relu6": lambda o, shape: nn.ReLU6(),
    "leakyRelu": lambda o, shape: nn.LeakyReLU(o.get("negativeSlope", 0.01)),
    "elu": lambda o, shape: nn.ELU(o.get("alpha", 1.0)),
    "gelu": lambda o, shape: nn.GELU("tanh" if o.get("approximate") else "none"),
    "silu": lambda o, shape: nn.SiLU(),
    "hardswish": lambda o, shape: nn.Hardswish(),
    "sigmoid": lambda o, shape: nn.Sigmoid(),
    "tanh": lambda o, shape: nn.Tanh(),
    "softmax": lambda o, shape: nn.Softmax(1),
    "logSoftmax": lambda o, shape: nn.LogSoftmax(1),
    "dropout": lambda o, shape: nn.Dropout(o.get("p", 0.5)),
    "dropout2d": lambda o, shape: nn.Dropout2d(o.get("p", 0.5)),
}
