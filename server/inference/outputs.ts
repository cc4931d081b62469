/** Output tensors of the Open Inference Protocol: as JSON, or as bytes behind it (the binary extension). */
import { joinBytes } from "../../lib/bytes.ts";
import type { Inferred } from "../../ml/metrics.ts";
import { badRequest } from "./errors.ts";
import type { InferenceRequest } from "./read_request.ts";

/** Names of the outputs, with the dtype and the shape of a sample of each. */
const OUTPUTS = {
  probabilities: "FP32",
  classes: "BYTES",
  logits: "FP32",
} as const;

type OutputName = keyof typeof OUTPUTS;

const NAMES = Object.keys(OUTPUTS) as readonly OutputName[];

/** An output as it is to be written. */
export interface ChosenOutput {
  readonly name: OutputName;
  readonly isBinary: boolean;
}

/** Describes the outputs of a network whose output has a shape, for a model's metadata. */
export function describeOutputs(shape: readonly number[]): readonly object[] {
  return NAMES.map((name) => ({
    name,
    datatype: OUTPUTS[name],
    shape: OUTPUTS[name] === "BYTES" ? [-1] : [-1, ...shape],
  }));
}

/**
 * Chooses the outputs that a request asks for, in its order; all if it names none.
 *
 * @throws {GraphQLError} BAD_USER_INPUT if it names one that does not exist, or one twice
 */
export function chooseOutputs(
  { outputs, isBinary }: Pick<InferenceRequest, "outputs" | "isBinary">,
): readonly ChosenOutput[] {
  if (!outputs) return NAMES.map((name) => ({ name, isBinary }));
  return outputs.map((asked, place) => {
    const name = NAMES.find((each) => each === asked.name);
    if (!name) {
      throw badRequest(
        `outputs must be of ${NAMES.join(", ")}, got '${asked.name.slice(0, 40)}'.`,
      );
    }
    if (outputs.findIndex((other) => other.name === name) !== place) {
      throw badRequest(`outputs must be named once each, got '${name}' twice.`);
    }
    return { name, isBinary: asked.isBinary ?? isBinary };
  });
}

/** A batch's answers, with the name of each sample's class. */
export interface Answers extends Inferred {
  readonly classNames: readonly string[];
}

/** A response's body with the headers that describe it. */
export interface WrittenOutputs {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Writes a response.
 *
 * @param head the response without its outputs
 */
export function writeOutputs(
  head: object,
  chosen: readonly ChosenOutput[],
  answers: Answers,
): WrittenOutputs {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const outputs = chosen.map(({ name, isBinary }) => {
    const count = answers.classNames.length;
    const described = {
      name,
      datatype: OUTPUTS[name],
      shape: name === "classes" ? [count] : [count, answers[name].length / count],
    };
    if (!isBinary) return { ...described, data: jsonOf(name, answers) };
    const bytes = name === "classes" ? textBytes(answers.classNames) : floatBytes(answers[name]);
    parts.push(bytes);
    return { ...described, parameters: { binary_data_size: bytes.length } };
  });
  const json = new TextEncoder().encode(JSON.stringify({ ...head, outputs }));
  if (parts.length === 0) return { body: json, headers: { "content-type": "application/json" } };
  return {
    body: joinBytes([json, ...parts]),
    headers: {
      "content-type": "application/octet-stream",
      "inference-header-content-length": String(json.length),
    },
  };
}

function jsonOf(name: OutputName, answers: Answers): readonly (number | string)[] {
  return name === "classes" ? answers.classNames : [...answers[name]];
}

/** Returns numbers as little-endian bytes. */
function floatBytes(values: Float32Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [at, value] of values.entries()) view.setFloat32(4 * at, value, true);
  return new Uint8Array(view.buffer);
}

/** Returns texts as bytes: each behind its length as a little-endian uint32. */
function textBytes(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  return joinBytes(texts.flatMap((text) => {
    const bytes = new TextEncoder().encode(text);
    const length = new DataView(new ArrayBuffer(4));
    length.setUint32(0, bytes.length, true);
    return [new Uint8Array(length.buffer), bytes];
  }));
}
