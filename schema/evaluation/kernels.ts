/** type Kernels */
import type { Layer } from "../../ml/network/network.ts";
import type { Run } from "../../runs/store/store.ts";
import { builder } from "../base/builder.ts";
import { Checkpoint } from "../checkpoint/checkpoint.ts";
import { type CheckpointChoice, inspect, type Inspected } from "../checkpoint/checkpoint_choice.ts";
import type { ApiContext } from "../base/context.ts";
import { drawKernels } from "./draw_kernels.ts";
import { badInput } from "../base/errors.ts";
import { COST } from "../base/cost.ts";
import { Picture } from "../base/picture.ts";
import { Theme } from "../base/theme.ts";
import type { StateArray } from "../../ml/state.ts";

/** A layer's kernels as a checkpoint has them. */
export interface RunKernels extends Inspected<StateArray> {
  readonly run: Run;
  readonly layer: string;
}

/**
 * Reads the kernels of a layer, of the first convolution if none is named.
 *
 * @param purpose completes 'Cannot …'
 * @returns null if there is no such checkpoint
 * @throws {GraphQLError} BAD_USER_INPUT if the layer has no kernels, and as inspect() does
 */
export async function readKernels(
  purpose: string,
  run: Run,
  { layer, ...choice }: CheckpointChoice & { readonly layer?: string | null | undefined },
  context: Pick<ApiContext, "store" | "inspector">,
): Promise<RunKernels | null> {
  const { name } = convolution(purpose, run, layer);
  const inspected = await inspect(
    purpose,
    run,
    choice,
    context,
    (inspector, { file, sha256 }) =>
      inspector.weights({ runId: run.id, file, sha256 }, `${name}.weight`),
  );
  return inspected && { ...inspected, run, layer: name };
}

export const Kernels = builder.objectRef<RunKernels>("Kernels").implement({
  description: "What a convolution looks for, as a checkpoint has learned it.",
  fields: (t) => ({
    checkpoint: t.field({
      type: Checkpoint,
      description: "The checkpoint that was read.",
      resolve: (kernels) => kernels.checkpoint,
    }),
    layer: t.exposeString("layer", { description: "The layer's name in its network: 'conv1'." }),
    shape: t.intList({
      description: "PyTorch's: how many kernels, of how many channels, how high and how wide.",
      resolve: ({ value }) => value.shape,
    }),
    values: t.floatList({
      description: "All weights, in the order of `shape`.",
      resolve: ({ value }) => [...value.values],
    }),
    picture: t.field({
      type: Picture,
      description: "The kernels drawn, coloured from the layer's most negative weight by zero to " +
        "its most positive.",
      complexity: COST.picture,
      args: {
        theme: t.arg({ type: Theme, defaultValue: "light", description: "The picture's colours." }),
      },
      resolve: (kernels, { theme }) => ({ svg: drawKernels(kernels, theme ?? "light") }),
    }),
  }),
});

function convolution(purpose: string, run: Run, layer: string | null | undefined): Layer {
  const { name, layers } = run.spec.network;
  const convolutions = layers.filter(({ kind }) => kind === "conv2d");
  const wanted = layer ?? convolutions[0]?.name;
  const found = convolutions.find((candidate) => candidate.name === wanted);
  if (found) return found;
  throw badInput(
    `Cannot ${purpose}: layer must be ${convolutions.map(({ name }) => name).join(" or ")} ` +
      `in a ${name}, got '${layer}'.`,
    ["layer"],
  );
}
