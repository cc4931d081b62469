/**
 * The manifest of a checkpoint: its training and the position in it, as JSON in one entry of the file's metadata.
 * Manifests of every version are read, and checked as strictly as a client's request.
 */
import { differingFields } from "../spec/compare.ts";
import { isScheduleState } from "../schedules/rates.ts";
import type { ScheduleState } from "../schedules/schedule.ts";
import { samplesPerEpoch, stepsPerEpoch, type TrainingSpec } from "../spec/spec.ts";
import { SPEC_TYPES, storedSpecProblem } from "../spec/stored_spec.ts";
import { UnsupportedSpecError, upgradeSpec } from "../spec/upgrade.ts";
import type { StoppingState } from "./stopping_state.ts";
import { CheckpointError } from "./error.ts";
import { damagedError } from "./safetensors.ts";

/** The position of a training. Random streams are named by the spec's seed and the step, so none is stored. */
export interface Manifest {
  readonly spec: TrainingSpec;
  /** The last step that was trained, from 1, over the whole training; 0 before the first. */
  readonly step: number;
  /**
   * The epoch that is being trained, from 1. After its last step it is still that epoch until it was evaluated; after
   * the last epoch it is one more than there are epochs.
   */
  readonly epoch: number;
  /** The sum of the losses of the epoch's samples so far. */
  readonly epochLoss: number;
  /** The number of the epoch's samples so far that were classified correctly. */
  readonly epochCorrect: number;
  /** The epoch's duration so far. */
  readonly epochSeconds: number;
  /** The state of a schedule that follows a metric; null where the learning rate depends on the step alone. */
  readonly scheduleState: ScheduleState | null;
  /** The state of early stopping; null without it. */
  readonly earlyStopping: StoppingState | null;
  /** The device: only on the same one do the same steps give the same numbers. 'CPU (AMD EPYC, 2 threads)' */
  readonly device: string;
  /** The engine and its version: 'Native 1 (AVX2)', 'TensorFlow 2.21.0'. */
  readonly engine: string;
}

/** The version that is written. Every change of a field is another version; the spec has a version of its own. */
export const MANIFEST_VERSION = 5;

/** The metadata entry that holds the manifest. */
export const MANIFEST_KEY = "epochql";

const MANIFEST_FIELDS: Types<keyof Manifest> = {
  spec: ["object"],
  step: ["number"],
  epoch: ["number"],
  epochLoss: ["number"],
  epochCorrect: ["number"],
  epochSeconds: ["number"],
  scheduleState: ["object", "null"],
  earlyStopping: ["object", "null"],
  device: ["string"],
  engine: ["string"],
};

/** Formats a manifest as JSON. Numbers are read back to the last bit. */
export function manifestToJson(manifest: Manifest): string {
  const { spec, step } = manifest;
  // Readers of the file expect the epoch of its last step.
  const epoch = Math.max(1, Math.ceil(step / stepsPerEpoch(spec)));
  return JSON.stringify({
    version: MANIFEST_VERSION,
    ...pick(manifest, MANIFEST_FIELDS),
    epoch,
    isEvaluated: manifest.epoch > epoch,
    spec: pick(spec, SPEC_TYPES),
  });
}

/**
 * Reads what manifestToJson() wrote.
 *
 * @throws {CheckpointError} 'damaged' or 'unsupported'
 */
export function parseManifest(json: string | undefined, path: string): Manifest {
  if (json === undefined) {
    throw damagedError(path, `its metadata must have an entry '${MANIFEST_KEY}'`, "none");
  }
  const { version, ...stored } = parseFields(json, path);
  if (typeof version !== "number" || !Number.isInteger(version)) {
    throw damagedError(path, "its manifest must have a version", version);
  }
  if (version < 1 || version > MANIFEST_VERSION) {
    throw new CheckpointError(
      "unsupported",
      `Cannot read checkpoint ${path}: its version must be ${MANIFEST_VERSION} or older, got ${version}. ` +
        "Use the version of epochql that wrote it.",
    );
  }
  const fields = version < 5 ? stored : withPosition(stored, path);
  // Schedules that follow a metric came with version 3, early stopping with version 4.
  const complete = {
    ...version < 3 && { scheduleState: null },
    ...version < 4 && { earlyStopping: null },
    ...fields,
  };
  if (!hasFields<keyof Manifest>(complete, MANIFEST_FIELDS)) {
    throw damagedError(
      path,
      `its manifest must have exactly ${Object.keys(MANIFEST_FIELDS).join(", ")}`,
      json,
    );
  }
  // The types of all fields are known by now; the values are checked next.
  const manifest = { ...complete, spec: readSpec(complete.spec, path) } as unknown as Manifest;
  const problem = manifestProblem(manifest);
  if (problem) throw damagedError(path, problem.rule, problem.got);
  return manifest;
}

/** Returns the fields with the epoch that is being trained, in place of that of the last step. */
function withPosition(
  { isEvaluated, epoch, ...fields }: Readonly<Record<string, unknown>>,
  path: string,
): Readonly<Record<string, unknown>> {
  if (typeof isEvaluated !== "boolean") {
    throw damagedError(path, "its isEvaluated must be true or false", isEvaluated);
  }
  return { ...fields, epoch: typeof epoch === "number" ? epoch + Number(isEvaluated) : epoch };
}

/** Reads the spec of a manifest, of any version. */
function readSpec(stored: unknown, path: string): unknown {
  try {
    const spec = upgradeSpec(stored as object);
    if (hasFields<keyof TrainingSpec>(spec, SPEC_TYPES)) return { ...spec };
    const fields = Object.keys(SPEC_TYPES).join(", ");
    throw damagedError(path, `its spec must have exactly ${fields}`, JSON.stringify(stored));
  } catch (error) {
    if (!(error instanceof UnsupportedSpecError)) throw error;
    throw new CheckpointError("unsupported", `Cannot read checkpoint ${path}: ${error.message}`);
  }
}

/** Returns the first rule that a manifest breaks. */
export function manifestProblem(manifest: Manifest): { rule: string; got: unknown } | undefined {
  const { spec, step, epoch, epochLoss, epochCorrect, epochSeconds, scheduleState } = manifest;
  const specProblem = storedSpecProblem(spec);
  if (specProblem !== undefined) {
    return { rule: "its spec must be one that can be trained", got: specProblem };
  }
  const { batchSize, epochs } = spec;
  if (!Number.isInteger(epoch) || epoch < 1 || epoch > epochs + 1) {
    return { rule: `its epoch must be between 1 and ${epochs + 1}`, got: epoch };
  }
  const perEpoch = stepsPerEpoch(spec);
  const before = (epoch - 1) * perEpoch;
  const last = epoch > epochs ? before : before + perEpoch;
  if (!Number.isInteger(step) || step < before || step > last) {
    return { rule: `its step must be between ${before} and ${last} in epoch ${epoch}`, got: step };
  }
  const samples = Math.min((step - before) * batchSize, samplesPerEpoch(spec));
  if (!Number.isInteger(epochCorrect) || epochCorrect < 0 || epochCorrect > samples) {
    return { rule: `its epochCorrect must be between 0 and ${samples}`, got: epochCorrect };
  }
  for (const [name, value] of Object.entries({ epochLoss, epochSeconds })) {
    if (!(value >= 0 && value < Infinity)) {
      return { rule: `its ${name} must be 0 or more`, got: value };
    }
  }
  if (!isScheduleState(spec.schedule, scheduleState)) {
    return {
      rule: "its scheduleState must be one of its schedule",
      got: JSON.stringify(scheduleState),
    };
  }
  if (samples === 0 && epochLoss > 0) {
    return { rule: "its epochLoss must be 0 before the epoch's first step", got: epochLoss };
  }
  const stopping = stoppingProblem(manifest);
  return stopping === undefined
    ? undefined
    : { rule: "its earlyStopping must be one", got: stopping };
}

/** Returns the state of early stopping as text if it is none. */
function stoppingProblem({ earlyStopping, spec, epoch }: Manifest): string | undefined {
  if (earlyStopping === null) return undefined;
  const isCount = (value: unknown, min: number) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) < epoch;
  const { best, wait } = earlyStopping;
  const isSound = spec.earlyStopping !== null && isCount(wait, 0) &&
    Object.keys(earlyStopping).length === 2 &&
    (best === null || typeof best === "object" && isCount(best.epoch, 1) &&
        [best.value, best.testAcc, best.validationAcc ?? 0].every(Number.isFinite));
  return isSound ? undefined : JSON.stringify(earlyStopping);
}

/**
 * Returns the first field in which a checkpoint's spec differs from a training's. The number of epochs may differ, as a
 * training can be continued, and the device, as it can be continued on another one.
 */
export function differingField(
  spec: TrainingSpec,
  expected: TrainingSpec,
): keyof TrainingSpec | undefined {
  return differingFields(spec, expected, ["epochs", "device"])[0];
}

function parseFields(json: string, path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Reported below.
  }
  throw damagedError(path, "its manifest must be a JSON object", json);
}

/** The types that fields may have: those of typeof, and "null". */
type Types<Key extends string> = Readonly<Record<Key, readonly string[]>>;

/** Tells whether a value has exactly these fields, of these types. */
function hasFields<Key extends string>(
  value: unknown,
  fields: Types<Key>,
): value is Record<Key, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const given = new Map<string, unknown>(Object.entries(value));
  const typeOf = (field: unknown) => field === null ? "null" : typeof field;
  return given.size === Object.keys(fields).length &&
    keysOf(fields).every((key) => given.has(key) && fields[key].includes(typeOf(given.get(key))));
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
