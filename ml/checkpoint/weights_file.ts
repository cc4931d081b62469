/**
 * Files with the weights that a training begins with: PyTorch's as safetensors, or checkpoints. They are checked
 * against a network, and copied in one form: its weights and buffers alone, as float32.
 */
import { createHash } from "node:crypto";
import { elementCount, sameShape } from "../graph/tensor.ts";
import { buffersOf, type Network, parameterLayouts, parametersOf } from "../network/network.ts";
import type { Problem } from "../options/problem.ts";
import type { StateArray } from "../state.ts";
import { asReadError } from "./checkpoint_file.ts";
import { CheckpointError } from "./error.ts";
import { MANIFEST_KEY } from "./manifest.ts";
import { isWeight } from "./kept_state.ts";
import {
  type ArrayPlace,
  bytesOf,
  damagedError,
  encodeStart,
  HEADER_OFFSET,
  headerLength,
  parseHeader,
  show,
} from "./safetensors.ts";
import { READABLE_TYPES, toFloat32 } from "./to_float32.ts";

/** The name of the file with the weights that a run begins with, beside its checkpoints. */
export const START_FILE = "start.safetensors";

/** Bytes that are converted at a time; a multiple of the size of every type. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** The largest number of problems that are reported one by one. */
const MAX_PROBLEMS = 50;

/** An open file with weights. */
export interface WeightsFile extends Disposable {
  /** The arrays of the model, without those of optimizers. */
  readonly arrays: readonly ArrayPlace[];
  /** Reads bytes from a position. */
  read(offset: number, bytes: number): Promise<Uint8Array>;
}

/**
 * Opens a file and reads its header.
 *
 * @param label its name in messages
 * @throws {CheckpointError} 'missing', 'unreadable' or 'damaged'
 */
export async function openWeights(path: string, label = path): Promise<WeightsFile> {
  const file = await Deno.open(path).catch((error) => {
    throw asReadError(error, label);
  });
  try {
    const { size } = await file.stat();
    const read = (offset: number, bytes: number) => readAt(file, offset, bytes, label);
    const start = await read(0, Math.min(size, HEADER_OFFSET));
    refusePickle(start, label);
    const length = headerLength(start, size, label);
    const data = HEADER_OFFSET + length;
    const { arrays, metadata } = parseHeader(
      await read(HEADER_OFFSET, length),
      size - data,
      label,
      READABLE_TYPES,
    );
    return {
      // A checkpoint holds the state of its optimizer beside the weights.
      arrays: metadata.has(MANIFEST_KEY) ? arrays.filter(isWeight) : arrays,
      read: (offset, bytes) => read(data + offset, bytes),
      [Symbol.dispose]: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw asReadError(error, label);
  }
}

async function readAt(
  file: Deno.FsFile,
  offset: number,
  bytes: number,
  label: string,
): Promise<Uint8Array> {
  const read = new Uint8Array(bytes);
  await file.seek(offset, Deno.SeekMode.Start);
  for (let filled = 0; filled < bytes;) {
    const count = await file.read(read.subarray(filled));
    if (count === null) throw damagedError(label, `it must have ${bytes} bytes more`, filled);
    filled += count;
  }
  return read;
}

/** torch.save() writes zip archives, older versions pickles. */
function refusePickle(start: Uint8Array, label: string): void {
  const isZip = [0x50, 0x4b, 3, 4].every((byte, at) => start[at] === byte);
  // A header is never so long that one of the upper bytes of its length is set.
  const isPickle = start[0] === 0x80 && start.subarray(4).some((byte) => byte !== 0);
  if (!isZip && !isPickle) return;
  throw new CheckpointError(
    "damaged",
    `Cannot read weights ${label}: it must be a safetensors file, got one of torch.save(). Write it with ` +
      "safetensors.torch.save_file(model.state_dict(), path).",
  );
}

/** The shapes of a network's weights and buffers by name, as in PyTorch's state_dict(). */
export function weightShapes(network: Network): ReadonlyMap<string, readonly number[]> {
  const layouts = parameterLayouts(network);
  return new Map(
    [...parametersOf(network), ...buffersOf(network)].map(({ name, shape }) => [
      name,
      layouts.get(name)?.torchShape ?? shape,
    ]),
  );
}

/**
 * Lists every array in which a file differs from a network: missing, of another shape, or none of the network's.
 *
 * @param path the path of the file in the request
 */
export function weightsProblems(
  arrays: readonly Pick<ArrayPlace, "name" | "shape">[],
  network: Network,
  path: Problem["path"],
): readonly Problem[] {
  const given = new Map(arrays.map(({ name, shape }) => [name, shape]));
  const expected = weightShapes(network);
  const problem = (name: string, rule: string, got: string): Problem => ({
    path: [...path, show(name)],
    message: `Cannot train from these weights: array '${show(name)}' must ${rule}, got ${got}.`,
  });
  const problems = [...expected].flatMap(([name, shape]) => {
    const got = given.get(name);
    if (!got) return [problem(name, `be there with the shape [${shape.join(", ")}]`, "none")];
    return sameShape(got, shape)
      ? []
      : [problem(name, `have the shape [${shape.join(", ")}]`, `[${got.join(", ")}]`)];
  });
  for (const { name, shape } of arrays) {
    if (expected.has(name)) continue;
    problems.push(problem(name, "be one of the network's", `one of [${shape.join(", ")}] more`));
  }
  if (problems.length <= MAX_PROBLEMS) return problems;
  const left = problems.length - MAX_PROBLEMS;
  return [...problems.slice(0, MAX_PROBLEMS), {
    path,
    message: `Cannot train from these weights: ${left} more arrays differ from the network's.`,
  }];
}

/** Yields the bytes of a file with a network's weights alone, as float32. They must fit the network. */
export async function* copyWeights(
  file: WeightsFile,
  network: Network,
): AsyncGenerator<Uint8Array, void> {
  const names = [...weightShapes(network).keys()].toSorted();
  const places = new Map(file.arrays.map((place) => [place.name, place]));
  const arrays = names.flatMap((name) => places.get(name) ?? []);
  yield encodeStart(new Map([["format", "pt"]]), arrays);
  for (const { dtype, begin, bytes } of arrays) {
    for (let at = 0; at < bytes; at += CHUNK_BYTES) {
      const chunk = await file.read(begin + at, Math.min(CHUNK_BYTES, bytes - at));
      yield bytesOf(toFloat32(chunk, dtype));
    }
  }
}

/**
 * Reads the weights that copyWeights() wrote.
 *
 * @param sha256 the expected digest
 * @throws {CheckpointError} 'missing', 'unreadable' or 'damaged'
 */
export async function readWeights(
  path: string,
  network: Network,
  sha256: string,
): Promise<readonly StateArray[]> {
  using file = await openWeights(path);
  const [problem] = weightsProblems(file.arrays, network, []);
  if (problem) throw new CheckpointError("damaged", problem.message);
  const hash = createHash("sha256");
  for await (const chunk of copyWeights(file, network)) hash.update(chunk);
  const digest = hash.digest("hex");
  if (digest !== sha256) throw damagedError(path, `its sha256 must be ${sha256}`, digest);
  const state: StateArray[] = [];
  for (const { name, shape, begin, bytes, dtype } of file.arrays) {
    const values = toFloat32(await file.read(begin, bytes), dtype);
    if (values.length === elementCount(shape)) state.push({ name, shape, values });
  }
  return state;
}
