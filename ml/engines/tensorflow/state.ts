/** The state's part of a program: the variables that training changes, and calls to read and write them. */
import type { ProgramWriter } from "./program_writer.ts";
import type { StateVariable } from "../state_variables.ts";

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
