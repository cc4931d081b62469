/** Input tensors of the Open Inference Protocol, as JSON or in the binary extension, and their order of pixels. */
import { elementCount } from "../../ml/graph/tensor.ts";
import { inputOf, SCALE } from "../../exports/input.ts";
import type { Network } from "../../ml/network/network.ts";
import { badRequest } from "./errors.ts";
import type { GivenTensor } from "./read_request.ts";

/** Most samples of a request; larger batches are no faster. */
export const MAX_BATCH = 64;

/** Samples as the evaluator takes them. */
export interface Samples {
  readonly count: number;
  readonly values: Float32Array;
}

/**
 * Reads a batch.
 *
 * @throws {GraphQLError} BAD_USER_INPUT if it is not as the model's metadata says
 */
export function readSamples(network: Network, given: GivenTensor): Samples {
  const { name, shape, channels } = inputOf(network);
  const { datatype } = given;
  if (given.name !== name) {
    throw badRequest(`the input must be '${name}', got '${given.name.slice(0, 40)}'.`);
  }
  const isImage = channels !== undefined;
  if (datatype !== "FP32" && !(isImage && datatype === "UINT8")) {
    const types = isImage ? "FP32 or UINT8" : "FP32";
    throw badRequest(`the datatype of ${name} must be ${types}, got ${datatype.slice(0, 40)}.`);
  }
  const [count = 0, ...sample] = given.shape;
  const fits = count > 0 && sample.length === shape.length &&
    sample.every((size, axis) => size === shape[axis]);
  if (!fits) {
    throw badRequest(
      `the shape of ${name} must be [-1, ${shape.join(", ")}], got [${
        given.shape.slice(0, 8).join(", ")
      }].`,
    );
  }
  if (count > MAX_BATCH) {
    throw badRequest(`a batch must have at most ${MAX_BATCH} samples, got ${count}.`);
  }
  const size = elementCount(shape);
  const values = given.bytes
    ? decode(given.bytes, datatype, count * size)
    : flatten(given.data, count * size, given.shape.length);
  check(name, values, isImage ? datatype : undefined);
  if (!isImage) return { count, values };
  return { count, values: channelsLast(values, datatype === "FP32" ? SCALE : 1, channels, size) };
}

function decode(bytes: Uint8Array, datatype: string, count: number): Float32Array {
  const width = datatype === "FP32" ? 4 : 1;
  if (bytes.length !== count * width) {
    throw badRequest(`binary_data_size must be ${count * width}, got ${bytes.length}.`);
  }
  if (width === 1) return Float32Array.from(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: count }, (_, index) => view.getFloat32(index * 4, true));
}

/** Reads flat data, or data that is nested at most as deep as its shape. */
function flatten(data: unknown, count: number, depth: number): Float32Array {
  const values = new Float32Array(count);
  let read = 0;
  const add = (part: unknown, left: number): void => {
    if (Array.isArray(part) && left > 0) {
      for (const item of part) add(item, left - 1);
    } else if (typeof part === "number") {
      if (read < count) values[read] = part;
      read++;
    } else throw badRequest("data must be a list of numbers, nested as its shape or flat.");
  };
  if (!Array.isArray(data)) throw badRequest("an input must have data.");
  add(data, depth);
  if (read !== count) {
    throw badRequest(`data must have ${count} values for its shape, got ${read}.`);
  }
  return values;
}

/** @param datatype of images; vectors have any finite numbers */
function check(name: string, values: Float32Array, datatype: string | undefined): void {
  const max = datatype === undefined ? Infinity : datatype === "FP32" ? 1 : SCALE;
  const isWrong = datatype === undefined
    ? (value: number) => !Number.isFinite(value)
    : (value: number) =>
      !(value >= 0 && value <= max) || (datatype === "UINT8" && !Number.isInteger(value));
  const wrong = values.findIndex(isWrong);
  if (wrong === -1) return;
  const rule = datatype === undefined
    ? "finite numbers"
    : `${datatype === "UINT8" ? "whole " : ""}numbers from 0 to ${max}`;
  throw badRequest(
    `values of ${name} must be ${rule} in ${datatype ?? "FP32"}, got ${
      values[wrong]
    } as number ${wrong}.`,
  );
}

/** Converts values [count, channels, pixels] to [count, pixels, channels], multiplied. */
function channelsLast(
  values: Float32Array,
  factor: number,
  channels: number,
  size: number,
): Float32Array {
  const pixels = size / channels;
  const result = new Float32Array(values.length);
  for (let sample = 0; sample < values.length; sample += size) {
    for (let channel = 0; channel < channels; channel++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        const value = values[sample + channel * pixels + pixel] ?? 0;
        result[sample + pixel * channels + channel] = value * factor;
      }
    }
  }
  return result;
}
