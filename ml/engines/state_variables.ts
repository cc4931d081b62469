/** The variables that a training changes, for all engines. */
import { buffersOf, type Network, parametersOf } from "../network/network.ts";
import { type Optimizer, optimizerStateNames } from "../optimizers/optimizers.ts";

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
