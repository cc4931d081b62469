/** Networks as Python code: a PyTorch module whose state_dict() has the names of the exported weights. */
import { inputOf } from "../input.ts";
import type { TrainedModel } from "../model.ts";
import { walkLayers } from "../walk.ts";
import { createCode, FIRST, literal } from "./context.ts";
import { COMPOSITES } from "./layers/composites.ts";
import { FUNCTIONAL } from "./layers/functional.ts";
import { WEIGHTED } from "./layers/weighted.ts";

const LAYERS = { ...WEIGHTED, ...FUNCTIONAL, ...COMPOSITES };

/** The name of the file beside model.safetensors. load() finds weights of any name if the file has the same. */
export const MODULE_FILE = "model.py";

/** First line of the module's class. */
const CLASS = "class Model(nn.Module):";

/** Returns whether a file's text is a module's, also of an older version. */
export function isModule(text: string): boolean {
  return /^""".*, trained until epoch \d+ of the run /.test(text) && text.includes(CLASS);
}

/** Writes the code of a model's module. It needs torch alone, and safetensors to load the weights. */
export function writeModule({ network, classes, run, epoch }: TrainedModel): string {
  const { context, modules, forward } = createCode();
  const output = walkLayers(network, FIRST, LAYERS, context);
  const { name, shape, mean, std, broadcastShape } = inputOf(network);
  const values = name === "images"
    ? "of values 0 to 1, as torchvision's ToTensor gives them"
    : "as the columns of the table have them";
  const perChannel = (values: readonly number[]) =>
    `torch.tensor(${literal(values)}).view(${broadcastShape.join(", ")})`;
  return `"""${docText(network.name)}, trained until epoch ${epoch} of the run ${run.id}.

    model = load()
    probabilities = model(${name}).softmax(1)

${name}: float32 [batch, ${shape.join(", ")}] ${values}.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

CLASSES = [${classes.map((name) => JSON.stringify(name)).join(", ")}]


${CLASS}
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", ${perChannel(mean)}, persistent=False)
        self.register_buffer("std", ${perChannel(std)}, persistent=False)
${indent(modules, 8)}

    def add(self, path, layer):
        """Adds a layer under the path that its weights have in state_dict()."""
        parent = self
        *names, last = path.split(".")
        for name in names:
            parent = parent._modules.setdefault(name, nn.Module())
        if last in parent._modules:
            layer._modules.update(parent._modules[last]._modules)
        parent._modules[last] = layer

    def layer(self, path):
        """Returns the layer under a path, which may have been replaced: model.fc = nn.Linear(64, 3)."""
        found = self
        for name in path.split("."):
            found = found._modules[name]
        return found

    def forward(self, ${name}):
        x = (${name} - self.mean) / self.std
${indent(forward, 8)}
        return ${output}


def load(path=Path(__file__).with_suffix(".safetensors")):
    """Loads the weights of a file, by default the one beside this with the same name."""
    from safetensors.torch import load_file

    model = Model()
    model.load_state_dict(load_file(path), strict=True)
    return model.eval()
`;
}

function indent(lines: readonly string[], columns: number): string {
  return lines.map((line) => " ".repeat(columns) + line).join("\n");
}

/** Keeps a name from ending the text that it stands in. */
function docText(name: string): string {
  return name.replace(/["\\]/g, "");
}
