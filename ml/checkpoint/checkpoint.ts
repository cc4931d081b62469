/**
 * A training that stands still, as one file: what another process needs to go on as if nothing had happened. The file is
 * safetensors, so that weights open in Python as they are:
 *
 * ```python
 * from safetensors.torch import load_file
 * state = load_file("step-000000123.safetensors")
 * model.load_state_dict({name: array for name, array in state.items() if "/" not in name})
 * ```
 */
import { createHash } from "node:crypto";
import type { TrainingSpec } from "../spec/spec.ts";
import { asReadError, readChunks, writeAtomically, type WrittenFile } from "./atomic_file.ts";
import { CheckpointError } from "./error.ts";
import {
  differingField,
  type Manifest,
  MANIFEST_KEY,
  manifestToJson,
  objectionTo as objectionToManifest,
  parseManifest,
} from "./manifest.ts";
import { bytesOf, damaged, encode, HEADER_AT, headerLength, parseHeader } from "./safetensors.ts";
import { objectionTo as objectionToState } from "./state_shapes.ts";
import { elementCount } from "../graph/tensor.ts";
import type { StateArray } from "../state.ts";

/** A training between two steps. */
export interface Checkpoint extends Manifest {
  /** Weights and optimizer state, as Session.readState() gives them. */
  readonly state: readonly StateArray[];
}

/** The name of a checkpoint's file; in the order of the steps. Attempts of a run write files of their own. */
export function checkpointName(step: number, attempt = 1): string {
  const name = `step-${String(step).padStart(9, "0")}`;
  return `${name}${attempt === 1 ? "" : `-attempt-${attempt}`}.safetensors`;
}

/** The attempt that a checkpoint's name tells of; undefined if it is no checkpoint's name. */
export function attemptOf(name: string): number | undefined {
  const [match, attempt = "1"] = /^step-\d+(?:-attempt-(\d+))?\.safetensors$/.exec(name) ?? [];
  return match === undefined ? undefined : Number(attempt);
}

/**
 * Writes a checkpoint: the file is there whole or not at all, also after power loss. The folder must exist.
 *
 * @throws {CheckpointError} 'disk-full' or 'not-writable'
 * @throws {RangeError} if it is no checkpoint that could be read again
 */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<WrittenFile> {
  const { spec, state } = checkpoint;
  const wrong = objectionToManifest(checkpoint);
  const objection = wrong ? `${wrong.rule}, got ${wrong.got}` : objectionToState(state, spec);
  if (objection) throw new RangeError(`Cannot write checkpoint ${path}: ${objection}.`);
  for (const { name, shape, values } of state) {
    if (values.length === elementCount(shape)) continue;
    throw new RangeError(
      `Cannot write checkpoint ${path}: array '${name}' must have ${elementCount(shape)} values, ` +
        `got ${values.length}.`,
    );
  }
  const metadata = new Map([[MANIFEST_KEY, manifestToJson(checkpoint)]]);
  return await writeAtomically(path, encode(metadata, state));
}

/** What a checkpoint that is read is held to. */
export interface ReadCheckpointOptions {
  /** What was told of it when it was written: finds a changed bit anywhere in it. */
  readonly sha256?: string;
  /** The training that is to go on: the checkpoint must be one of it. Its number of epochs and its device may differ. */
  readonly spec?: TrainingSpec;
}

/**
 * Reads a checkpoint and proves that it is one: no byte of it is taken on trust.
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
    if (sha256 !== undefined) await mustHaveDigest(sha256, file, path);
    const read = async (bytes: Uint8Array) => {
      for (let filled = 0; filled < bytes.length;) {
        const count = await file.read(bytes.subarray(filled));
        if (count === null) throw damaged(path, `it must have ${size} bytes`, "fewer");
        filled += count;
      }
      return bytes;
    };
    const start = await read(new Uint8Array(Math.min(size, HEADER_AT)));
    const length = headerLength(start, size, path);
    const header = await read(new Uint8Array(length));
    const { metadata, arrays } = parseHeader(header, size - HEADER_AT - length, path);
    const manifest = parseManifest(metadata.get(MANIFEST_KEY), path);
    const objection = objectionToState(arrays, manifest.spec);
    if (objection) {
      throw new CheckpointError("damaged", `Cannot read checkpoint ${path}: ${objection}.`);
    }
    // Only now is it known that the arrays are of a size that a training has.
    const state: StateArray[] = [];
    for (const { name, shape } of arrays) {
      const values = new Float32Array(elementCount(shape));
      await read(bytesOf(values));
      state.push({ name, shape, values });
    }
    if (spec) mustBeOf(spec, manifest.spec, path);
    return { ...manifest, state };
  } catch (error) {
    throw asReadError(error, path);
  }
}

/** Reads the file once through, and goes back to its start. */
async function mustHaveDigest(sha256: string, file: Deno.FsFile, path: string): Promise<void> {
  const hash = createHash("sha256");
  for await (const chunk of readChunks(file, path)) hash.update(chunk);
  const digest = hash.digest("hex");
  if (digest !== sha256) throw damaged(path, `its sha256 must be ${sha256}`, digest);
  await file.seek(0, Deno.SeekMode.Start);
}

function mustBeOf(expected: TrainingSpec, spec: TrainingSpec, path: string): void {
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
