/** An ONNX graph that is being built: values are known by their names. */
import type { Attributes, Initializer, NodeProto } from "./model_proto.ts";

/** A graph that is being built. */
export interface GraphBuilder {
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly Initializer[];
  /**
   * Adds an operation.
   *
   * @param path the layer's path, by which viewers group operations
   * @returns the name of its output
   */
  add(path: string, op: string, inputs: readonly string[], attributes?: Attributes): string;
  /** Adds a constant array; one of the same name is added once. */
  array(name: string, shape: readonly number[], values: Float32Array | BigInt64Array): string;
  /** Adds a float32 scalar. */
  scalar(value: number): string;
  /** Adds a vector of int64, such as a shape. */
  sizes(values: readonly number[]): string;
  /** Gives the output of an operation another name. */
  rename(value: string, name: string): void;
}

/** Starts an empty graph. */
export function createGraph(): GraphBuilder {
  const nodes: NodeProto[] = [];
  const initializers = new Map<string, Initializer>();
  const taken = new Set<string>();
  const array: GraphBuilder["array"] = (name, shape, values) => {
    if (!initializers.has(name)) initializers.set(name, { name, shape, values });
    return name;
  };
  return {
    get nodes() {
      return nodes;
    },
    get initializers() {
      return [...initializers.values()];
    },
    add(path, op, inputs, attributes = {}) {
      const plain = `/${path}/${op}`;
      let name = plain;
      for (let number = 1; taken.has(name); number++) name = `${plain}_${number}`;
      taken.add(name);
      const output = `${name}_output`;
      nodes.push({ name, op, inputs, output, attributes });
      return output;
    },
    array,
    scalar: (value) => array(`/scalar/${value}`, [], Float32Array.of(value)),
    sizes: (values) =>
      array(`/sizes/${values.join(",")}`, [values.length], BigInt64Array.from(values, BigInt)),
    rename(value, name) {
      const renamed = (each: string) => each === value ? name : each;
      for (const [position, node] of nodes.entries()) {
        nodes[position] = {
          ...node,
          inputs: node.inputs.map(renamed),
          output: renamed(node.output),
        };
      }
    },
  };
}
