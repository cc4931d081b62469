"""Writes the numbers of PyTorch's schedulers, optimizers and losses that tests/ml holds ours to, as JSON.

    python -m venv /tmp/golden && /tmp/golden/bin/pip install torch==2.8.0 numpy
    /tmp/golden/bin/python tools/golden_training.py tests/ml/golden
    deno fmt tests/ml/golden
"""

import json
import re
import sys
import warnings

import torch
from torch import nn
from torch.optim import lr_scheduler

RATE = 0.4
STEPS_PER_EPOCH = 5
EPOCHS = 12
STEPS = STEPS_PER_EPOCH * EPOCHS

OPTIMIZER_STEPS = 20
OPTIMIZER_RATE = 0.05


def short(tensor):
    """Nine digits are enough for a float32."""
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


def digits(value):
    return float(f"{value:.12g}")


# Schedulers: name in epochql, settings, PyTorch's scheduler, whether it takes a step per epoch or per batch.
SCHEDULES = [
    ("step", {"stepSize": 3, "gamma": 0.5}, lambda o: lr_scheduler.StepLR(o, 3, 0.5), "epoch"),
    ("step", {"stepSize": 1, "gamma": 0.7}, lambda o: lr_scheduler.StepLR(o, 1, 0.7), "epoch"),
    (
        "multiStep",
        {"milestones": [2, 5, 9], "gamma": 0.1},
        lambda o: lr_scheduler.MultiStepLR(o, [2, 5, 9], 0.1),
        "epoch",
    ),
    ("exponential", {"gamma": 0.9}, lambda o: lr_scheduler.ExponentialLR(o, 0.9), "epoch"),
    ("cosine", {"minLearningRate": 0}, lambda o: lr_scheduler.CosineAnnealingLR(o, STEPS), "step"),
    (
        "cosine",
        {"minLearningRate": 0.01},
        lambda o: lr_scheduler.CosineAnnealingLR(o, STEPS, 0.01),
        "step",
    ),
]

ONE_CYCLES = [
    {"pctStart": 0.3, "divFactor": 25, "finalDivFactor": 1e4, "cycleMomentum": True},
    {"pctStart": 0.1, "divFactor": 10, "finalDivFactor": 100, "cycleMomentum": True},
    {"pctStart": 1, "divFactor": 25, "finalDivFactor": 1e4, "cycleMomentum": True},
    {"pctStart": 0, "divFactor": 25, "finalDivFactor": 1e4, "cycleMomentum": False},
]

WARMUPS = [{"epochs": 1, "startFactor": 0.25}, {"epochs": 2.4, "startFactor": 1 / 3}]


def make_optimizer():
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE, momentum=0.9)


def walk(optimizer, per_step, per_epoch):
    """The learning rate and the momentum of each step."""
    rates, momenta = [], []
    for step in range(STEPS):
        [group] = optimizer.param_groups
        rates.append(digits(group["lr"]))
        momenta.append(digits(group["momentum"]))
        optimizer.step()
        for scheduler in per_step:
            if step + 1 < STEPS:
                scheduler.step()
        if (step + 1) % STEPS_PER_EPOCH == 0:
            for scheduler in per_epoch:
                scheduler.step()
    return rates, momenta


def schedules():
    cases = []

    def add(kind, settings, scheduler, unit, warmup=None):
        optimizer = make_optimizer()
        chain = [] if scheduler is None else [scheduler(optimizer)]
        warm = []
        if warmup:
            steps = round(warmup["epochs"] * STEPS_PER_EPOCH)
            warm = [lr_scheduler.LinearLR(optimizer, warmup["startFactor"], 1, steps)]
        per_step, per_epoch = (warm + chain, []) if unit == "step" else (warm, chain)
        rates, _ = walk(optimizer, per_step, per_epoch)
        schedule = None if kind is None else {"kind": kind, **settings}
        cases.append({"schedule": schedule, "warmup": warmup, "rates": rates, "momenta": None})

    for case in SCHEDULES:
        add(*case)
    for warmup in WARMUPS:
        add(None, {}, None, "step", warmup)
        for case in SCHEDULES:
            # CosineAnnealingLR with eta_min does not chain as a product.
            if case[1].get("minLearningRate", 0) == 0:
                add(*case, warmup)
    for settings in ONE_CYCLES:
        optimizer = make_optimizer()
        scheduler = lr_scheduler.OneCycleLR(
            optimizer,
            0.1,
            total_steps=STEPS,
            pct_start=float(settings["pctStart"]),
            cycle_momentum=settings["cycleMomentum"],
            div_factor=settings["divFactor"],
            final_div_factor=settings["finalDivFactor"],
        )
        rates, momenta = walk(optimizer, [scheduler], [])
        cases.append(
            {
                "schedule": {"kind": "oneCycle", "maxLearningRate": 0.1, **settings},
                "warmup": None,
                "rates": rates,
                "momenta": momenta if settings["cycleMomentum"] else None,
            }
        )
    return {
        "torch": version(),
        "learningRate": RATE,
        "stepsPerEpoch": STEPS_PER_EPOCH,
        "epochs": EPOCHS,
        "cases": cases,
        "plateaus": [plateau(*case) for case in PLATEAUS],
    }


FLAT = [1.0] * 13 + [0.99995, 0.9998] + [0.9998] * 20
NOISY = [2, 1.5, 1.6, 1.55, 1.7, 1.2, 1.3, 1.25, 1.19, 1.3, 1.2, 1.19, 1.5, 1.4, 1.3, 1.2, 1.19, 1.1] + [1.1] * 12
RISING = [0.1, 0.3, 0.5, 0.5, 0.49, 0.51, 0.51, 0.5100001, 0.515, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6]

# settings, metric, its values at the ends of epochs
PLATEAUS = [
    ({"factor": 0.1, "patience": 10, "threshold": 1e-4, "cooldown": 0, "minLearningRate": 0}, "TEST_LOSS", FLAT),
    ({"factor": 0.5, "patience": 2, "threshold": 1e-4, "cooldown": 3, "minLearningRate": 0.06}, "TRAIN_LOSS", NOISY),
    ({"factor": 0.3, "patience": 0, "threshold": 0.05, "cooldown": 1, "minLearningRate": 0}, "TRAIN_LOSS", NOISY),
    ({"factor": 0.5, "patience": 1, "threshold": 0.01, "cooldown": 0, "minLearningRate": 0}, "TEST_ACC", RISING),
]


def plateau(settings, metric, values):
    optimizer = make_optimizer()
    scheduler = lr_scheduler.ReduceLROnPlateau(
        optimizer,
        "min" if metric.endswith("LOSS") else "max",
        settings["factor"],
        settings["patience"],
        settings["threshold"],
        "rel",
        settings["cooldown"],
        settings["minLearningRate"],
    )
    rates = []
    for value in values:
        scheduler.step(value)
        rates.append(digits(optimizer.param_groups[0]["lr"]))
    return {
        "schedule": {"kind": "plateau", "metric": metric, **settings},
        "values": values,
        "rates": rates,
    }


ADAM = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weightDecay": 0, "amsgrad": False}
SGD = {"momentum": 0, "dampening": 0, "weightDecay": 0, "nesterov": False}
RMSPROP = {"alpha": 0.9, "eps": 1e-8, "momentum": 0, "centered": False, "weightDecay": 0}
ADAGRAD = {"lrDecay": 0, "eps": 1e-10, "weightDecay": 0}

OPTIMIZERS = [
    ("sgd", SGD, {}),
    ("sgd", SGD, {"weightDecay": 0.5}),
    ("sgd", SGD, {"momentum": 0.9}),
    ("sgd", SGD, {"momentum": 0.9, "dampening": 0.3}),
    ("sgd", SGD, {"momentum": 0.9, "nesterov": True}),
    ("sgd", SGD, {"momentum": 0.8, "weightDecay": 0.5, "dampening": 0.3}),
    ("sgd", SGD, {"momentum": 0.8, "weightDecay": 0.5, "nesterov": True}),
    ("adam", ADAM, {}),
    ("adam", ADAM, {"beta1": 0.5, "beta2": 0.9, "eps": 0.01}),
    ("adam", ADAM, {"weightDecay": 0.5}),
    ("adam", ADAM, {"amsgrad": True, "beta2": 0.6}),
    ("adamW", ADAM, {"weightDecay": 0.01}),
    ("adamW", ADAM, {"beta1": 0.5, "beta2": 0.9, "eps": 0.01, "weightDecay": 0.1}),
    ("adamW", ADAM, {"weightDecay": 0.5, "amsgrad": True, "beta2": 0.6}),
    ("rmsProp", RMSPROP, {}),
    ("rmsProp", RMSPROP, {"eps": 0.1, "alpha": 0.5}),
    ("rmsProp", RMSPROP, {"momentum": 0.9, "weightDecay": 0.5}),
    ("rmsProp", RMSPROP, {"centered": True, "eps": 0.01}),
    ("rmsProp", RMSPROP, {"centered": True, "eps": 0.01, "momentum": 0.5, "weightDecay": 0.1}),
    ("adagrad", ADAGRAD, {}),
    ("adagrad", ADAGRAD, {"lrDecay": 0.1, "weightDecay": 0.5, "eps": 0.1}),
]


def optimizer_of(kind, settings, parameters):
    s = dict(settings)
    common = {"lr": OPTIMIZER_RATE, "weight_decay": s.pop("weightDecay"), "foreach": False}
    if kind in ("adam", "adamW"):
        common["betas"] = (s.pop("beta1"), s.pop("beta2"))
    if "lrDecay" in s:
        common["lr_decay"] = s.pop("lrDecay")
    classes = {
        "sgd": torch.optim.SGD,
        "adam": torch.optim.Adam,
        "adamW": torch.optim.AdamW,
        "rmsProp": torch.optim.RMSprop,
        "adagrad": torch.optim.Adagrad,
    }
    return classes[kind](parameters, **common, **s)


def gradients_of_steps():
    """Gradients of very different sizes, with changes of sign and a zero."""
    random = torch.Generator().manual_seed(1)
    scale = torch.tensor([1.0, 0.01, 30.0, 1e-4])
    rows = torch.randn(OPTIMIZER_STEPS, 4, generator=random) * scale
    rows[3] = 0
    return rows


def optimizers():
    start = torch.tensor([1.0, -2.0, 0.5, 0.0])
    gradients = gradients_of_steps()
    cases = []

    def add(kind, settings, one_cycle=False):
        weight = start.clone().requires_grad_()
        optimizer = optimizer_of(kind, settings, [weight])
        scheduler = None
        if one_cycle:
            scheduler = lr_scheduler.OneCycleLR(optimizer, OPTIMIZER_RATE, total_steps=OPTIMIZER_STEPS)
        rates, momenta, weights = [], [], []
        for step, gradient in enumerate(gradients):
            [group] = optimizer.param_groups
            rates.append(digits(group["lr"]))
            momenta.append(digits(group["betas"][0] if "betas" in group else group.get("momentum", 0)))
            weight.grad = gradient.clone()
            optimizer.step()
            if scheduler and step + 1 < OPTIMIZER_STEPS:
                scheduler.step()
            weights.append(short(weight))
        state = {
            name: short(value)
            for name, value in optimizer.state[weight].items()
            if name != "step" and value is not None
        }
        cases.append(
            {
                "optimizer": {"kind": kind, **settings},
                "rates": rates if one_cycle else None,
                "momenta": momenta if one_cycle else None,
                "weights": weights,
                "state": state,
            }
        )

    for kind, defaults, changes in OPTIMIZERS:
        add(kind, {**defaults, **changes})
    for kind, settings in (
        ("sgd", {**SGD, "momentum": 0.95}),
        ("sgd", {**SGD, "momentum": 0.95, "nesterov": True}),
        ("adam", {**ADAM, "beta1": 0.95}),
        ("adamW", {**ADAM, "beta1": 0.95, "weightDecay": 0.1, "amsgrad": True}),
        ("rmsProp", {**RMSPROP, "momentum": 0.95}),
    ):
        add(kind, settings, one_cycle=True)
    return {
        "torch": version(),
        "learningRate": OPTIMIZER_RATE,
        "start": short(start),
        "gradients": [short(row) for row in gradients],
        "cases": cases,
        "clipping": [clipping(norm) for norm in (0.5, 3.0, 100.0)],
    }


def clipping(max_norm):
    """The gradients of two parameters, as the global norm is over both."""
    parameters = [torch.zeros(4, requires_grad=True), torch.zeros(2, 2, requires_grad=True)]
    rows = gradients_of_steps()[:2] / 10
    for parameter, row in zip(parameters, rows):
        parameter.grad = row.reshape(parameter.shape).clone()
    norm = nn.utils.clip_grad_norm_(parameters, max_norm)
    return {
        "maxNorm": max_norm,
        "gradients": [short(row) for row in rows],
        "norm": short(norm)[0],
        "clipped": [short(parameter.grad) for parameter in parameters],
    }


WEIGHTS = [0.5, 2.0, 1.0, 4.0, 0.25]


def losses():
    random = torch.Generator().manual_seed(2)
    logits = torch.randn(6, len(WEIGHTS), generator=random) * 3
    labels = torch.tensor([0, 3, 3, 1, 4, 2])
    cases = []
    for kind in ("crossEntropy", "nll"):
        for weights in (None, WEIGHTS):
            for smoothing in (0, 0.1) if kind == "crossEntropy" else (0,):
                weight = None if weights is None else torch.tensor(weights)
                x = logits.clone().requires_grad_()
                if kind == "crossEntropy":
                    loss = nn.CrossEntropyLoss(weight, label_smoothing=smoothing)(x, labels)
                else:
                    loss = nn.NLLLoss(weight)(torch.log_softmax(x, 1), labels)
                loss.backward()
                value = {"kind": kind, "classWeights": weights and {"kind": "values", "values": weights}}
                if kind == "crossEntropy":
                    value["labelSmoothing"] = smoothing
                cases.append({"loss": value, "value": short(loss)[0], "gradient": [short(row) for row in x.grad]})
    return {
        "torch": version(),
        "logits": [short(row) for row in logits],
        "labels": labels.tolist(),
        "cases": cases,
    }


def compact(text):
    """Writes lists of numbers on one line."""
    return re.sub(r"\[[^\[\]{}]*\]", lambda found: re.sub(r"\s+", " ", found[0]).replace("[ ", "[").replace(" ]", "]"), text)


def version():
    return torch.__version__.split("+")[0]


def main():
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    for name, numbers in (("schedules", schedules), ("optimizers", optimizers), ("losses", losses)):
        with open(f"{sys.argv[1]}/{name}.json", "w") as file:
            file.write(compact(json.dumps(numbers(), indent=2)) + "\n")


if __name__ == "__main__":
    main()
