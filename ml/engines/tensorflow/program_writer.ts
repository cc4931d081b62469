/**
 * Writes a program: a TensorFlow graph with variables on the device and calls into it. The files beside this one
 * each add a part: the state, the datasets, the training steps, the scoring. Nothing of networks is known here.
 */
import {
  createGraphWriter,
  type DataType,
  type Endpoint,
  type GraphWriter,
  type Placement,
  type Signature,
} from "./graph_def.ts";
import { createLowering, type Lowering } from "./lower/lower.ts";

/** A program, ready to be loaded. */
export interface Program {
  readonly savedModel: Uint8Array<ArrayBuffer>;
  /** The callable functions, by name. */
  readonly signatures: Readonly<Record<string, Signature>>;
}

/** The types of variables. */
export type VariableType = "float32" | "uint8" | "int32";

/** A program being written. */
export interface ProgramWriter {
  readonly graph: GraphWriter;
  /** Adds a variable on the device; gives the node of its handle. */
  declare(name: string, dtype: VariableType, shape: readonly number[]): string;
  /** The node of a variable's handle. */
  handle(name: string): string;
  /** Adds what a call is fed with. A size of -1 is open. */
  open(name: string, dtype: DataType, shape: readonly number[]): Endpoint;
  /** Sets a variable; gives the node of the effect. */
  assign(variable: string, value: string, dtype: VariableType): string;
  /** Reads a float32 variable, after the control inputs. */
  read(name: string, shape: readonly number[], control?: readonly string[]): Endpoint;
  /** A value that is there once the effects are done. */
  after(effects: readonly string[], value?: string): Endpoint;
  /** Lowers graphs outside of any loop, their placeholders fed by endpoints. */
  lower(fed: Readonly<Record<string, Endpoint>>): Lowering;
  /** Makes inputs and outputs callable. */
  call(name: string, signature: Signature): void;
  finish(): Program;
}

/** Starts an empty program. */
export function createProgramWriter(placement: Placement = ""): ProgramWriter {
  const graph = createGraphWriter(placement);
  const handles = new Map<string, string>();
  const signatures: Record<string, Signature> = {};
  const handle = (name: string): string => {
    const found = handles.get(name);
    if (found === undefined) throw new RangeError(`Cannot find variable '${name}'.`);
    return found;
  };
  return {
    graph,
    handle,
    declare(name, dtype, shape) {
      const made = graph.add("VarHandleOp", [], {
        dtype: { type: dtype },
        shape: { shape },
        shared_name: { string: name },
        container: { string: "" },
      }, `variables/${name}`);
      handles.set(name, made);
      return made;
    },
    open: (name, dtype, shape) => ({
      node: graph.add("Placeholder", [], { dtype: { type: dtype }, shape: { shape } }, name),
      dtype,
      shape,
    }),
    assign: (variable, value, dtype) =>
      graph.add("AssignVariableOp", [handle(variable), value], { dtype: { type: dtype } }),
    read: (name, shape, control = []) => ({
      node: graph.add("ReadVariableOp", [handle(name), ...control], { dtype: { type: "float32" } }),
      dtype: "float32",
      shape,
    }),
    after(effects, value) {
      const known = value ?? graph.add("Const", [], {
        dtype: { type: "float32" },
        value: { tensor: { dtype: "float32", shape: [], values: [0] } },
      });
      const node = graph.add("Identity", [known, ...effects.map((effect) => `^${effect}`)], {
        T: { type: "float32" },
      });
      return { node, dtype: "float32", shape: [] };
    },
    lower: (fed) =>
      createLowering({
        writer: graph,
        control: [],
        handle,
        placeholder(name) {
          const endpoint = fed[name];
          if (!endpoint) throw new RangeError(`Cannot lower the graph: nothing feeds '${name}'.`);
          return endpoint.node;
        },
      }),
    call(name, signature) {
      signatures[name] = signature;
    },
    finish: () => ({ savedModel: graph.savedModel(signatures), signatures }),
  };
}
