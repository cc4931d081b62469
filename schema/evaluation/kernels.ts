/** type Kernels */
import type { Run } from "../../runs/log/run.ts";
import { builder } from "../base/builder.ts";
import { Checkpoint } from "../checkpoint/checkpoint.ts";
import { type CheckpointChoice, inspect, type Inspected } from "../checkpoint/checkpoint_choice.ts";
import type { ApiContext } from "../base/context.ts";
import { badInput } from "../base/errors.ts";
import { COST } from "../base/cost.ts";
import { Picture, Theme } from "../base/picture.ts";
import type { StateArray } from "../../ml/state.ts";
import { type LayerKernels, listKernels } from "../../ml/network/network.ts";
import { placeInTraining } from "../../pictures/frame.ts";
import { kernelsSvg } from "../../pictures/kernels_svg.ts";
import type { Theme as ThemeName } from "../../pictures/palette.ts";

/** Draws kernels as the text of an SVG file. */
export function drawKernels(
  { run, layer, checkpoint, value }: RunKernels,
  theme: ThemeName,
): string {
  const [out = 0, channels = 0, height = 0, width = 0] = value.shape;
  return kernelsSvg(
    { layer, shape: [out, channels, height, width], values: value.values },
    { title: run.name, place: placeInTraining(checkpoint), theme },
  );
}

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
 * @throws {GraphQLError} BAD_USER_INPUT if the layer or the network has no kernels, and as inspect() does
 */
export async function readKernels(
  purpose: string,
  run: Run,
  { layer, ...choice }: CheckpointChoice & { readonly layer?: string | null | undefined },
  context: Pick<ApiContext, "store" | "evaluator">,
): Promise<RunKernels | null> {
  const found = findKernels(purpose, run, layer);
  const inspected = await inspect(
    purpose,
    run,
    choice,
    context,
    (evaluator, { file, sha256 }) =>
      evaluator.weights({ runId: run.id, file, sha256 }, found.parameter),
  );
  return inspected && { ...inspected, run, layer: found.layer };
}

export const Kernels = builder.objectRef<RunKernels>("Kernels").implement({
  description: "Kernels of a convolution in a checkpoint.",
  fields: (t) => ({
    checkpoint: t.field({
      type: Checkpoint,
      description: "Checkpoint of the weights.",
      resolve: ({ run, checkpoint }) => ({ ...checkpoint, runId: run.id }),
    }),
    layer: t.exposeString("layer", { description: "Name of the layer in its network: 'conv1'." }),
    shape: t.intList({
      description: "Shape in PyTorch's order: [out channels, in channels, height, width].",
      resolve: ({ value }) => value.shape,
    }),
    values: t.floatList({
      description: "Weights in row-major order of `shape`.",
      resolve: ({ value }) => [...value.values],
    }),
    picture: t.field({
      type: Picture,
      description:
        "Picture of the kernels, on a colour scale from the layer's most negative to its most positive weight.",
      complexity: COST.picture,
      args: {
        theme: t.arg({ type: Theme, defaultValue: "light", description: "Colour theme." }),
      },
      resolve: (kernels, { theme }) => ({ svg: drawKernels(kernels, theme ?? "light") }),
    }),
  }),
});

function findKernels(
  purpose: string,
  { spec: { network } }: Run,
  layer: string | null | undefined,
): LayerKernels {
  const kernels = listKernels(network);
  const wanted = layer ?? kernels[0]?.layer;
  const found = kernels.find((candidate) => candidate.layer === wanted);
  if (found) return found;
  if (kernels.length === 0) {
    throw badInput(
      `Cannot ${purpose}: the run's network must have a convolution, ${network.name} has none.`,
      ["layer"],
    );
  }
  throw badInput(
    `Cannot ${purpose}: layer must be ${kernels.map(({ layer }) => layer).join(" or ")} ` +
      `in a ${network.name}, got '${layer}'.`,
    ["layer"],
  );
}
