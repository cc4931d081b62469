/**
 * Loads a program into TensorFlow and calls it, through the npm package's own SavedModel support. It moves
 * numbers in and out and knows nothing of networks. The model goes through TensorFlow's file system in memory
 * (ram://): nothing is written to disk, and nothing is left behind by a crash.
 */
import { errorMessage } from "../../../lib/error_message.ts";
import type { TensorFlow } from "../../../native/tensorflow.ts";
import type { Program } from "./program_writer.ts";

/** An input of a call: numbers, or raw bytes. */
export type Fed = Float32Array | Int32Array | { readonly bytes: Uint8Array };

/** The results of a call, by output name. */
export type Results = ReadonlyMap<string, Float32Array>;

/** TensorFlow could not do a call. */
export class TensorFlowError extends Error {
  override readonly name = "TensorFlowError";
  constructor(call: string, cause: unknown) {
    super(`Cannot run '${call}' in TensorFlow: ${explain(cause)}`, { cause });
  }
}

/** A program in TensorFlow. */
export interface LoadedProgram {
  /**
   * Calls a signature. Takes as long as the work takes.
   *
   * @throws {RangeError} if the program has no such signature, or the inputs are not those of the signature
   * @throws {TensorFlowError} if it fails
   */
  call(signature: string, inputs?: Readonly<Record<string, Fed>>): Results;
  /** Frees the program with its variables. */
  dispose(): void;
}

type Tensor = ReturnType<TensorFlow["tensor"]>;

/** The members of the package's backend that are used beside tensors. */
export interface NativeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: { readonly TF_Version: string };
  executeMultipleOutputs(
    op: string,
    attributes: readonly never[],
    inputs: readonly Tensor[],
    outputs: number,
  ): unknown;
  loadSavedModelMetaGraph(path: string, tags: string): number;
  runSavedModel(
    id: number,
    inputs: readonly Tensor[],
    infos: readonly { readonly name: string }[],
    outputs: readonly string[],
  ): Tensor[];
  deleteSavedModel(id: number): void;
}

/** The package's backend. */
export function nativeBackend(tf: TensorFlow): NativeBackend {
  // The package gives out the general type of backends; this one is always NodeJSKernelBackend.
  return tf.backend() as unknown as NativeBackend;
}

/** Loads a program. */
export function loadProgram(tf: TensorFlow, program: Program): LoadedProgram {
  const backend = nativeBackend(tf);
  // The file stays for the life of the process (there is no way to delete it from here), so its name is its own.
  const folder = `ram://epochql/${crypto.randomUUID()}`;
  const [path, content] = [
    tf.scalar(`${folder}/saved_model.pb`),
    bytesTensor(tf, program.savedModel),
  ];
  backend.executeMultipleOutputs("WriteFile", [], [path, content], 0);
  path.dispose();
  content.dispose();
  const id = backend.loadSavedModelMetaGraph(folder, "serve");

  return {
    call(name, inputs = {}) {
      const signature = program.signatures[name];
      if (!signature) throw new RangeError(`Cannot call '${name}': the program has no such call.`);
      const endpoints = Object.entries(signature.inputs);
      const outputs = Object.entries(signature.outputs);
      const fed = endpoints.map(([key, { shape }]) => {
        const input = inputs[key];
        if (input === undefined) {
          throw new RangeError(`Cannot call '${name}': '${key}' is missing.`);
        }
        return toTensor(tf, input, shape);
      });
      try {
        const results = backend.runSavedModel(
          id,
          fed,
          endpoints.map(([, { node }]) => ({ name: output(node) })),
          outputs.map(([, { node }]) => output(node)),
        );
        return new Map(results.map((result, position) => {
          const values = Float32Array.from(result.dataSync());
          result.dispose();
          return [outputs[position]?.[0] ?? "", values];
        }));
      } catch (cause) {
        throw new TensorFlowError(name, cause);
      } finally {
        for (const tensor of fed) tensor.dispose();
      }
    },
    dispose: () => backend.deleteSavedModel(id),
  };
}

/** Names a node's output. Without a number, the package reads one from the name itself, if that begins with a digit. */
function output(node: string): string {
  return node.includes(":") ? node : `${node}:0`;
}

function toTensor(tf: TensorFlow, input: Fed, shape: readonly number[]): Tensor {
  if ("bytes" in input) return bytesTensor(tf, input.bytes);
  const sizes = shape.includes(-1) ? [input.length] : [...shape];
  return tf.tensor(input, sizes, input instanceof Int32Array ? "int32" : "float32");
}

function bytesTensor(tf: TensorFlow, bytes: Uint8Array): Tensor {
  // The package's types know strings only as text; bytes pass through untouched.
  return tf.scalar(bytes as unknown as string, "string");
}

/** The first line of TensorFlow's message; of too little memory, in plain words and with what to do. */
function explain(cause: unknown): string {
  const text = errorMessage(cause);
  const [line = ""] = text.replace("Session fail to run with error: ", "").split("\n");
  return /\bOOM\b|out of memory|resource.?exhausted|failed to allocate|could not create a primitive/i
      .test(line)
    ? `there is too little memory for it; lower batchSize, or free memory (${line}).`
    : line;
}
