/** The Python code of a module that is being written: what __init__ makes and what forward() computes. */
import type { LayerKind } from "../../ml/network/layers.ts";
import type { Tagged } from "../../ml/options/option.ts";
import type { LayerTable, Place } from "../walk.ts";

/** The code of a module that is being written. Values are the names of variables in forward(). */
export interface PythonContext {
  /** Adds a layer with weights under its path; returns the expression that calls it: 'self.layer("conv1")(x)'. */
  call(path: string, module: string, input: string): string;
  /** Assigns an expression to the variable of the current list of layers. */
  assign(expression: string): string;
  /** Lowers a list of layers into a variable of its own, so that the input stays what it is. */
  branch(place: Place<string>, list: readonly Tagged[], input: string): string;
}

/** The functions that write layers of some kinds. */
export type PythonTable<Kinds extends LayerKind> = LayerTable<string, PythonContext, Kinds>;

/** The code that was written. */
export interface PythonCode {
  readonly context: PythonContext;
  /** Lines of __init__. */
  readonly modules: readonly string[];
  /** Lines of forward(). */
  readonly forward: readonly string[];
}

/** The variable of the outermost list of layers. */
export const FIRST = "x";

/** Starts the code of a module. */
export function createCode(): PythonCode {
  const modules: string[] = [];
  const forward: string[] = [];
  let variable = FIRST;
  let branches = 0;
  const context: PythonContext = {
    call(path, module, input) {
      modules.push(`self.add(${JSON.stringify(path)}, ${module})`);
      return `self.layer(${JSON.stringify(path)})(${input})`;
    },
    assign(expression) {
      forward.push(`${variable} = ${expression}`);
      return variable;
    },
    branch(place, list, input) {
      const outer = variable;
      variable = `branch${++branches}`;
      const output = place.layers(list, input);
      variable = outer;
      return output;
    },
  };
  return { context, modules, forward };
}

/** Writes a call with the arguments by keyword that are given: 'nn.ReLU()', 'F.elu(x, alpha=0.5)'. */
export function callOf(
  callee: string,
  positional: readonly (string | number)[],
  keywords: Readonly<Record<string, PythonValue>> = {},
): string {
  const named = Object.entries(keywords).map(([name, value]) => `${name}=${literal(value)}`);
  return `${callee}(${[...positional, ...named].join(", ")})`;
}

/** A value that Python code may have. */
export type PythonValue = string | number | boolean | null | readonly PythonValue[];

/** Writes a value as Python code. Lists are tuples. */
export function literal(value: PythonValue): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "object") {
    return `(${value.map(literal).join(", ")}${value.length === 1 ? "," : ""})`;
  }
  return JSON.stringify(value);
}
