"""Rebuilds each model of a folder with its model.py and loads its weights; writes the probabilities beside it."""

import importlib.util
import sys
from pathlib import Path

import torch

for path in sorted(Path(sys.argv[1]).glob("*.safetensors")):
    spec = importlib.util.spec_from_file_location("model", path.with_suffix(".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.load(path)
    shape = [int(size) for size in path.with_suffix(".shape").read_text().split()]
    pixels = torch.from_file(
        str(path.with_suffix(".images")), size=path.with_suffix(".images").stat().st_size // 4
    ).view(-1, *shape)
    with torch.no_grad():
        probabilities = model(pixels).softmax(1)
    probabilities.contiguous().numpy().tofile(path.with_suffix(".probabilities"))
