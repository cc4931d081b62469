/** The state's part of a program: the variables that training changes, and calls to read and write them. */
import { buffersOf, type Network, parametersOf } from "../../network/network.ts";
import type { ProgramWriter } from "./program_writer.ts";
import { type Optimizer, optimizerStateNames } from "../../optimizers/optimizers.ts";

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

/** Adds the variables, and the calls 'write' and 'read': all variables by name. */
export function addState(writer: ProgramWriter, variables: readonly StateVariable[]): void {
  for (const { name, shape } of variables) writer.declare(name, "float32", shape);
  const written = variables.map(({ name, shape }) => {
    const value = writer.open(`write/${name}`, "float32", shape);
    return { name, value, effect: writer.assign(name, value.node, "float32") };
  });
  writer.call("write", {
    inputs: Object.fromEntries(written.map(({ name, value }) => [name, value])),
    outputs: { done: writer.after(written.map(({ effect }) => effect)) },
  });
  writer.call("read", {
    inputs: {},
    outputs: Object.fromEntries(
      variables.map(({ name, shape }) => [name, writer.read(name, shape)]),
    ),
  });
}
