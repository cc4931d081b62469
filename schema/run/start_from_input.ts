/** input StartFromInput, input CheckpointInput */
import { builder } from "../base/builder.ts";

const CheckpointInput = builder.inputType("CheckpointInput", {
  description: "Checkpoint of a run: the newest, unless one is named.",
  fields: (t) => ({
    runId: t.id({ required: true, description: "ID of the run." }),
    epoch: t.int({
      description:
        "Checkpoint at the end of this epoch, from 1; 0 for the weights that the run itself started from.",
    }),
    name: t.string({ description: "Checkpoint with this name, or of this file." }),
  }),
});

export const StartFromInput = builder.inputType("StartFromInput", {
  description: "Weights to begin with: one of these. Their names and shapes must be the network's.",
  isOneOf: true,
  fields: (t) => ({
    checkpoint: t.field({ type: CheckpointInput, description: "Checkpoint of another run." }),
    file: t.string({
      description:
        "ID of an upload: a safetensors file with the names and shapes of PyTorch's state_dict().",
    }),
  }),
});
