/**
 * What a checkpoint says of its training beside the arrays: JSON in one entry of the file's metadata. Whatever is read
 * is checked as strictly as what a user asks for.
 */
import { InvalidSpecError, resolveSpec, stepsPerEpoch, type TrainingSpec } from "../spec/spec.ts";
import { CheckpointError } from "./error.ts";
import { damaged } from "./safetensors.ts";

/** How far a training has come. The random streams are named by the spec's seed and the step, so none is stored. */
export interface Manifest {
  readonly spec: TrainingSpec;
  /** The last step that was trained, from 1, over the whole training; 0 before the first. */
  readonly step: number;
  /**
   * The epoch that is being trained, from 1. After its last step it is still that epoch until it was evaluated; after the
   * last epoch it is one more than there are epochs.
   */
  readonly epoch: number;
  /** The sum of the losses of the epoch's samples so far. */
  readonly epochLoss: number;
  /** How many of the epoch's samples so far were classified correctly. */
  readonly epochCorrect: number;
  /** How long the epoch has taken so far. */
  readonly epochSeconds: number;
  /** What it was trained on: only there do the same steps give the same numbers. 'CPU (AMD EPYC, 2 threads)' */
  readonly device: string;
  /** The engine and its version: 'TensorFlow 2.21.0'. */
  readonly engine: string;
}

/** The version of the form that is written. Every change of a field is another version. */
const VERSION = 1;

/** The metadata entry that holds the manifest. */
export const MANIFEST_KEY = "epochql";

const MANIFEST_FIELDS: Readonly<Record<keyof Manifest, "number" | "string" | "object">> = {
  spec: "object",
  step: "number",
  epoch: "number",
  epochLoss: "number",
  epochCorrect: "number",
  epochSeconds: "number",
  device: "string",
  engine: "string",
};

const SPEC_FIELDS: Readonly<Record<keyof TrainingSpec, "number" | "string">> = {
  recipe: "string",
  dataset: "string",
  epochs: "number",
  batchSize: "number",
  learningRate: "number",
  seed: "number",
  device: "string",
  trainSamples: "number",
  testSamples: "number",
};

/** A manifest as JSON. Numbers come back to the last bit. */
export function manifestToJson(manifest: Manifest): string {
  const { spec } = manifest;
  return JSON.stringify({
    version: VERSION,
    ...pick(manifest, MANIFEST_FIELDS),
    spec: pick(spec, SPEC_FIELDS),
  });
}

/**
 * Reads what manifestToJson() wrote.
 *
 * @throws {CheckpointError} 'damaged' or 'unsupported'
 */
export function parseManifest(json: string | undefined, path: string): Manifest {
  if (json === undefined) {
    throw damaged(path, `its metadata must have an entry '${MANIFEST_KEY}'`, "none");
  }
  const { version, ...fields } = parseFields(json, path);
  if (typeof version === "number" && Number.isInteger(version) && version !== VERSION) {
    throw new CheckpointError(
      "unsupported",
      `Cannot read checkpoint ${path}: its version must be ${VERSION}, got ${version}. ` +
        "Use the version of epochql that wrote it.",
    );
  }
  if (version !== VERSION) throw damaged(path, "its manifest must have a version", version);
  if (!hasFields<keyof Manifest>(fields, MANIFEST_FIELDS)) {
    throw damaged(
      path,
      `its manifest must have exactly ${Object.keys(MANIFEST_FIELDS).join(", ")}`,
      json,
    );
  }
  if (!hasFields<keyof TrainingSpec>(fields.spec, SPEC_FIELDS)) {
    throw damaged(path, `its spec must have exactly ${Object.keys(SPEC_FIELDS).join(", ")}`, json);
  }
  // The types of all fields are proved, the values are next.
  const manifest = { ...fields, spec: { ...fields.spec } } as unknown as Manifest;
  const objection = objectionTo(manifest);
  if (objection) throw damaged(path, objection.rule, objection.got);
  return manifest;
}

/** What of a manifest cannot be, if anything. */
export function objectionTo(manifest: Manifest): { rule: string; got: unknown } | undefined {
  const { spec, step, epoch, epochLoss, epochCorrect, epochSeconds } = manifest;
  try {
    resolveSpec(spec, { trainSize: spec.trainSamples, testSize: spec.testSamples });
  } catch (error) {
    if (!(error instanceof InvalidSpecError)) throw error;
    return { rule: "its spec must be one that can be trained", got: error.message };
  }
  const { trainSamples, batchSize, epochs } = spec;
  if (!Number.isInteger(epoch) || epoch < 1 || epoch > epochs + 1) {
    return { rule: `its epoch must be between 1 and ${epochs + 1}`, got: epoch };
  }
  const perEpoch = stepsPerEpoch(spec);
  const before = (epoch - 1) * perEpoch;
  const last = epoch > epochs ? before : before + perEpoch;
  if (!Number.isInteger(step) || step < before || step > last) {
    return { rule: `its step must be between ${before} and ${last} in epoch ${epoch}`, got: step };
  }
  const samples = Math.min((step - before) * batchSize, trainSamples);
  if (!Number.isInteger(epochCorrect) || epochCorrect < 0 || epochCorrect > samples) {
    return { rule: `its epochCorrect must be between 0 and ${samples}`, got: epochCorrect };
  }
  for (const [name, value] of Object.entries({ epochLoss, epochSeconds })) {
    if (!(value >= 0 && value < Infinity)) {
      return { rule: `its ${name} must be 0 or more`, got: value };
    }
  }
  if (samples === 0 && epochLoss > 0) {
    return { rule: "its epochLoss must be 0 before the epoch's first step", got: epochLoss };
  }
  return undefined;
}

/**
 * The first field in which a checkpoint's spec is another training's. The number of epochs may differ, as a training
 * can be continued, and the device, as another one can go on with it.
 */
export function differingField(
  spec: TrainingSpec,
  expected: TrainingSpec,
): keyof TrainingSpec | undefined {
  const free: readonly string[] = ["epochs", "device"] satisfies (keyof TrainingSpec)[];
  return keysOf(SPEC_FIELDS).find((key) => !free.includes(key) && spec[key] !== expected[key]);
}

function parseFields(json: string, path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below.
  }
  throw damaged(path, "its manifest must be a JSON object", json);
}

/** Whether a value has these fields, of these types, and no others. */
function hasFields<Key extends string>(
  value: unknown,
  fields: Readonly<Record<Key, string>>,
): value is Record<Key, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const given = new Map<string, unknown>(Object.entries(value));
  return given.size === Object.keys(fields).length &&
    keysOf(fields).every((key) => typeof given.get(key) === fields[key]);
}

function pick<Key extends string>(
  from: Readonly<Record<Key, unknown>>,
  fields: Readonly<Record<Key, unknown>>,
): Partial<Record<Key, unknown>> {
  const picked: Partial<Record<Key, unknown>> = {};
  for (const key of keysOf(fields)) picked[key] = from[key];
  return picked;
}

function keysOf<Key extends string>(fields: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(fields) as Key[];
}
