/**
 * Checkpoints: a training between two steps as one safetensors file, from which another process resumes it. Python
 * reads the weights:
 *
 * ```python
 * from safetensors.torch import load_file
 * state = load_file("step-000000123.safetensors")
 * model.load_state_dict({name: array for name, array in state.items() if "/" not in name})
 * ```
 */
import { createHash } from "node:crypto";
import type { TrainingSpec } from "../spec/spec.ts";
import type { WrittenFile } from "../../lib/atomic_file.ts";
import { asReadError, readCheckpointFile, writeCheckpointFile } from "./checkpoint_file.ts";
import { CheckpointError } from "./error.ts";
import {
  differingField,
  type Manifest,
  MANIFEST_KEY,
  manifestProblem,
  manifestToJson,
  parseManifest,
} from "./manifest.ts";
import {
  bytesOf,
  damagedError,
  encode,
  HEADER_OFFSET,
  headerLength,
  parseHeader,
} from "./safetensors.ts";
import { stateProblem } from "./state_shapes.ts";
import { elementCount } from "../graph/tensor.ts";
import type { StateArray } from "../state.ts";
import { KEPT_PARTS, type KeptState } from "./kept_state.ts";

/** A training between two steps. */
export interface Checkpoint extends Manifest, KeptState {}

/** Returns the name of a checkpoint's file. Names sort by step; each attempt of a run writes files of its own. */
export function checkpointName(step: number, attempt = 1): string {
  const name = `step-${String(step).padStart(9, "0")}`;
  return `${name}${attempt === 1 ? "" : `-attempt-${attempt}`}.safetensors`;
}

/** Reads the attempt from a checkpoint's name; undefined if it is not the name of a checkpoint. */
export function attemptFromName(name: string): number | undefined {
  const [match, attempt = "1"] = /^step-\d+(?:-attempt-(\d+))?\.safetensors$/.exec(name) ?? [];
  return match === undefined ? undefined : Number(attempt);
}

/**
 * Writes a checkpoint atomically: after a power loss the file is complete or missing. The folder must exist.
 *
 * @throws {CheckpointError} 'disk-full' or 'not-writable'
 * @throws {RangeError} if the checkpoint could not be read again
 */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<WrittenFile> {
  const { spec } = checkpoint;
  const state = [
    ...checkpoint.state,
    ...KEPT_PARTS.flatMap((part) => (checkpoint[part] ?? []).map((array) => within(part, array))),
  ];
  const broken = manifestProblem(checkpoint);
  const problem = broken ? `${broken.rule}, got ${broken.got}` : stateProblem(state, spec);
  if (problem) throw new RangeError(`Cannot write checkpoint ${path}: ${problem}.`);
  for (const { name, shape, values } of state) {
    if (values.length === elementCount(shape)) continue;
    throw new RangeError(
      `Cannot write checkpoint ${path}: array '${name}' must have ${elementCount(shape)} values, ` +
        `got ${values.length}.`,
    );
  }
  const metadata = new Map([[MANIFEST_KEY, manifestToJson(checkpoint)]]);
  return await writeCheckpointFile(path, encode(metadata, state));
}

/** Requirements on a checkpoint that is read. */
export interface ReadCheckpointOptions {
  /** The digest of the file when it was written: any changed bit is found. */
  readonly sha256?: string;
  /** The training to resume. The checkpoint must belong to it; its number of epochs and its device may differ. */
  readonly spec?: TrainingSpec;
}

/**
 * Reads and verifies a checkpoint. No byte of it is trusted.
 *
 * @throws {CheckpointError} 'missing', 'unreadable', 'damaged', 'unsupported' or 'foreign'
 */
export async function readCheckpoint(
  path: string,
  { sha256, spec }: ReadCheckpointOptions = {},
): Promise<Checkpoint> {
  try {
    using file = await Deno.open(path);
    const { size, isDirectory } = await file.stat();
    if (isDirectory) throw new Deno.errors.IsADirectory("is a directory");
    if (sha256 !== undefined) await verifyDigest(sha256, file, path);
    const read = async (bytes: Uint8Array) => {
      for (let filled = 0; filled < bytes.length;) {
        const count = await file.read(bytes.subarray(filled));
        if (count === null) throw damagedError(path, `it must have ${size} bytes`, "fewer");
        filled += count;
      }
      return bytes;
    };
    const start = await read(new Uint8Array(Math.min(size, HEADER_OFFSET)));
    const length = headerLength(start, size, path);
    const header = await read(new Uint8Array(length));
    const { metadata, arrays } = parseHeader(header, size - HEADER_OFFSET - length, path);
    const manifest = parseManifest(metadata.get(MANIFEST_KEY), path);
    const problem = stateProblem(arrays, manifest.spec);
    if (problem) {
      throw new CheckpointError("damaged", `Cannot read checkpoint ${path}: ${problem}.`);
    }
    // Arrays are allocated only now that their sizes are verified.
    const state: StateArray[] = [];
    for (const { name, shape } of arrays) {
      const values = new Float32Array(elementCount(shape));
      await read(bytesOf(values));
      state.push({ name, shape, values });
    }
    if (spec) requireSameTraining(spec, manifest.spec, path);
    return { ...manifest, ...partsOf(state) };
  } catch (error) {
    throw asReadError(error, path);
  }
}

function within<T extends { readonly name: string }>(part: string, array: T): T {
  return { ...array, name: `${part}/${array.name}` };
}

/** Divides the arrays of a file. */
function partsOf(arrays: readonly StateArray[]): KeptState {
  const prefixOf = ({ name }: StateArray) => KEPT_PARTS.find((part) => name.startsWith(`${part}/`));
  const kept = KEPT_PARTS.flatMap((part) => {
    const of = arrays.filter((array) => prefixOf(array) === part);
    const own = of.map((array) => ({ ...array, name: array.name.slice(part.length + 1) }));
    return own.length === 0 ? [] : [[part, own]];
  });
  return {
    state: arrays.filter((array) => prefixOf(array) === undefined),
    ...Object.fromEntries(kept),
  };
}

/** Compares the digest of an open file, and seeks to its start. */
async function verifyDigest(sha256: string, file: Deno.FsFile, path: string): Promise<void> {
  const hash = createHash("sha256");
  for await (const chunk of readCheckpointFile(file, path)) hash.update(chunk);
  const digest = hash.digest("hex");
  if (digest !== sha256) throw damagedError(path, `its sha256 must be ${sha256}`, digest);
  await file.seek(0, Deno.SeekMode.Start);
}

function requireSameTraining(expected: TrainingSpec, spec: TrainingSpec, path: string): void {
  const field = differingField(spec, expected);
  if (field === undefined) return;
  throw new CheckpointError(
    "foreign",
    `Cannot go on from checkpoint ${path}: its ${field} must be ${show(expected[field])}, ` +
      `got ${show(spec[field])}. It belongs to another training.`,
  );
}

function show(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
