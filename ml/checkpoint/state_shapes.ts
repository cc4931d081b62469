/** The arrays of a training's state: those that a checkpoint must contain, and no others. */
import { optimizerStateNames } from "../optimizers/optimizers.ts";
import { buffersOf, parameterLayouts, parametersOf } from "../network/network.ts";
import type { TrainingSpec } from "../spec/spec.ts";
import { isWeight, KEPT_PARTS } from "./kept_state.ts";
import { show } from "./safetensors.ts";

/**
 * Lists the arrays of a training's state by name, with PyTorch's shapes: the parameters and buffers, named as in
 * PyTorch's state_dict(), and the optimizer's state of each parameter ('conv1.weight/exp_avg').
 */
export function stateShapes(
  { network, optimizer }: Pick<TrainingSpec, "network" | "optimizer">,
): ReadonlyMap<string, readonly number[]> {
  const layouts = parameterLayouts(network);
  return new Map([
    ...parametersOf(network).flatMap((parameter) => {
      const shape = layouts.get(parameter.name)?.torchShape ?? parameter.shape;
      return [parameter.name, ...optimizerStateNames(optimizer, parameter.name)].map((
        name,
      ): [string, readonly number[]] => [name, shape]);
    }),
    ...buffersOf(network).map(({ name, layout }): [string, readonly number[]] => [
      name,
      layout.torchShape,
    ]),
  ]);
}

/**
 * Describes the first difference between arrays and a training's state: 'Y must be Z, got W'; undefined if there is
 * none.
 */
export function stateProblem(
  arrays: readonly { readonly name: string; readonly shape: readonly number[] }[],
  spec: Pick<TrainingSpec, "network" | "optimizer">,
): string | undefined {
  const given = new Map(arrays.map(({ name, shape }) => [name, shape]));
  const expected = withKept(stateShapes(spec), [...given.keys()]);
  for (const [name, shape] of expected) {
    const got = given.get(name);
    if (!got) return `there must be an array '${name}', got none`;
    if (got.length !== shape.length || got.some((size, axis) => size !== shape[axis])) {
      return `array '${name}' must be [${shape.join(", ")}], got [${got.join(", ")}]`;
    }
  }
  const extra = arrays.find(({ name }, place) =>
    !expected.has(name) || arrays.findIndex((array) => array.name === name) !== place
  );
  if (!extra) return undefined;
  return `there must be ${expected.size} arrays, got '${show(extra.name)}' beside them`;
}

/** Adds the weights that a file may hold beside its state: all under a prefix, or none. */
function withKept(
  state: ReadonlyMap<string, readonly number[]>,
  names: readonly string[],
): ReadonlyMap<string, readonly number[]> {
  const weights = [...state].filter(([name]) => isWeight({ name }));
  return new Map([
    ...state,
    ...KEPT_PARTS.filter((part) => names.some((name) => name.startsWith(`${part}/`))).flatMap((
      part,
    ) => weights.map(([name, shape]): [string, readonly number[]] => [`${part}/${name}`, shape])),
  ]);
}
