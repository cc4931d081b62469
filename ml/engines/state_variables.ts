/** The variables that a training changes, for all engines: their names and shapes, and their values in both layouts. */
import { elementCount } from "../graph/tensor.ts";
import { buffersOf, type Network, parameterLayouts, parametersOf } from "../network/network.ts";
import { type Optimizer, optimizerStateNames } from "../optimizers/optimizers.ts";
import type { StateArray } from "../state.ts";

/** A float32 variable of the training's state. */
export interface StateVariable {
  readonly name: string;
  /** The parameter or buffer that it is, or that the optimizer keeps state of. */
  readonly parameter: string;
  readonly shape: readonly number[];
}

/** Lists the variables that training changes: the parameters, the optimizer's state, the buffers. */
export function stateVariables(network: Network, optimizer: Optimizer): readonly StateVariable[] {
  const parameters = parametersOf(network);
  return [
    ...parameters.map(({ name, shape }) => ({ name, parameter: name, shape })),
    ...parameters.flatMap((parameter) =>
      optimizerStateNames(optimizer, parameter.name).map((name) => ({
        name,
        parameter: parameter.name,
        shape: parameter.shape,
      }))
    ),
    ...buffersOf(network).map(({ name, shape }) => ({ name, parameter: name, shape })),
  ];
}

/** Lists the variables that predictions read: the parameters and the buffers. */
export function networkVariables(network: Network): readonly StateVariable[] {
  return [...parametersOf(network), ...buffersOf(network)]
    .map(({ name, shape }) => ({ name, parameter: name, shape }));
}

/** The layouts of a network's parameters, in engines and in PyTorch. */
export type Layouts = ReturnType<typeof parameterLayouts>;

/**
 * Converts variables to arrays in PyTorch's layout.
 *
 * @param valuesOf returns a variable's values in the engine's layout
 */
export function toStateArrays<Variable extends StateVariable>(
  state: readonly Variable[],
  layouts: Layouts,
  valuesOf: (variable: Variable) => Float32Array,
): readonly StateArray[] {
  return state.map((variable) => {
    const { name, parameter, shape } = variable;
    const layout = layouts.get(parameter);
    const inside = valuesOf(variable);
    return {
      name,
      shape: layout?.torchShape ?? shape,
      values: layout?.toTorch(inside) ?? inside,
    };
  });
}

/** Returns a variable's values in the engine's layout; zeros where `torchValues`, in PyTorch's layout, lacks it. */
export function valuesInside(
  { name, parameter, shape }: StateVariable,
  layouts: Layouts,
  torchValues: ReadonlyMap<string, Float32Array>,
): Float32Array {
  const values = torchValues.get(name) ?? new Float32Array(elementCount(shape));
  return layouts.get(parameter)?.fromTorch(values) ?? values;
}
