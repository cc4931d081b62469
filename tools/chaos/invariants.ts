/**
 * The invariants of every run, whatever happened to its processes, and the checks that find
 * violations. They compare the written log with the received events, and trust neither the store's
 * own checks nor each other.
 */
import { errorMessage } from "../../lib/error_message.ts";
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import type { EpochEvent } from "../../ml/training/events.ts";
import { EMPTY_SNAPSHOT, type RunSnapshot, totalEpochs } from "../../runs/log/snapshot.ts";
import { fold } from "../../runs/log/fold.ts";
import type { Run } from "../../runs/log/run.ts";
import type { RunEvent, RunEventType } from "../../runs/log/event.ts";
import type { RunState } from "../../runs/log/state.ts";
import { isDeepStrictEqual } from "node:util";

/** The invariants, by name. */
export const INVARIANTS = {
  seqs: "the log's seqs are 1, 2, 3 … without a gap or a double",
  steps: "each step is in the log exactly once, in its epoch and in order",
  epochs: "each epoch is in the log exactly once, after its steps and before the next one's",
  attempts: "the attempts are counted 1, 2, 3 …",
  end: "the run ends once, in the state that it should, with all that was asked for",
  state: "the stored state is what the log adds up to",
  numbers: "losses and accuracies are those of an undisturbed training, to the last bit",
  checkpoints: "each checkpoint that the log names is in its place, and whole",
  kept: "a checkpoint with a name is removed only when it is unusable, and no other has its name",
  watched: "a watcher is given every event of the log once, in order and as it is",
  acknowledged: "each request that was answered has its run",
  doubled: "no request has two runs, and no run lacks a request",
  alone: "one worker trains a run at a time: one that lost it appends nothing more, and stops",
  recovery: "a problem is reported, and its report ends with its cause",
} as const;
export type Invariant = keyof typeof INVARIANTS;

/** A violated invariant. */
export interface Violation {
  readonly invariant: Invariant;
  /** The observed and the expected value, in words. */
  readonly what: string;
}

/** The invariants that were checked, and their violations. */
export interface Findings {
  readonly checked: readonly Invariant[];
  readonly violations: readonly Violation[];
}

/** The numbers of a training. */
export interface Numbers {
  /** Losses of step 1, 2, 3 … */
  readonly losses: readonly number[];
  readonly accs: readonly number[];
  /** Metrics of epoch 1, 2, 3 … */
  readonly epochs: readonly EpochNumbers[];
}

/** Metrics of an epoch that do not depend on its speed. */
export type EpochNumbers = Omit<EpochEvent, "type" | "number" | "seconds">;

/** The expected end of a run. */
export interface Expected {
  /** Defaults to COMPLETED. */
  readonly state?: RunState;
  /** The numbers of an undisturbed training. An unfinished run is compared as far as it got. */
  readonly numbers?: Numbers;
}

/** Events by which clients describe a run, whether it has ended or not. */
export const DESCRIPTIONS: readonly RunEventType[] = [
  "renamed",
  "tagged",
  "noted",
  "checkpointNamed",
];

/** Events that are allowed after the end. */
const ALLOWED_AFTER_END: readonly RunEventType[] = ["log", "checkpointRemoved", ...DESCRIPTIONS];

/** Maximum number of reported violations per invariant. */
const MAX_REPORTED = 3;

/** Merges findings. */
export function together(...findings: readonly Findings[]): Findings {
  return {
    checked: findings.flatMap(({ checked }) => checked),
    violations: findings.flatMap(({ violations }) => violations),
  };
}

/**
 * Checks a run that is not in training.
 *
 * @param events its whole log
 */
export function checkRun(
  run: Run,
  events: readonly RunEvent[],
  { state = "COMPLETED", numbers }: Expected = {},
): Findings {
  return together(
    checkSeqs(run.id, events),
    checkSteps(run, events),
    checkEpochs(run, events),
    checkAttempts(events),
    checkEnd(run, events, state),
    checkNames(events),
    checkState(run.snapshot, events),
    ...(numbers === undefined ? [] : [checkNumbers(numbersOf(events), numbers, state)]),
  );
}

function checkSeqs(runId: string, events: readonly RunEvent[]): Findings {
  return look("seqs", function* () {
    for (const [index, event] of events.entries()) {
      if (event.seq !== index + 1) yield `the seq must be ${index + 1}, got ${event.seq}`;
      if (event.runId !== runId) yield `the event ${event.seq} is of the run ${event.runId}`;
    }
  });
}

function checkSteps({ spec }: Run, events: readonly RunEvent[]): Findings {
  const perEpoch = stepsPerEpoch(spec);
  return look("steps", function* () {
    let next = 1;
    for (const event of events) {
      if (event.type !== "batches") continue;
      const { firstStep, losses, accs, epoch, seq } = event;
      if (firstStep !== next) {
        const how = firstStep < next ? "comes twice" : "is missing";
        yield `step ${
          Math.min(firstStep, next)
        } ${how}: the event ${seq} must begin with ${next}, ` +
          `got ${firstStep}`;
      }
      if (losses.length === 0 || losses.length !== accs.length) {
        yield `the event ${seq} has ${losses.length} losses and ${accs.length} accuracies`;
      }
      next = firstStep + losses.length;
      for (const step of [firstStep, next - 1]) {
        const right = Math.ceil(step / perEpoch);
        if (right !== epoch) yield `step ${step} must be of epoch ${right}, got ${epoch}`;
      }
    }
  });
}

function checkEpochs({ spec }: Run, events: readonly RunEvent[]): Findings {
  const perEpoch = stepsPerEpoch(spec);
  return look("epochs", function* () {
    let epochs = 0;
    let steps = 0;
    for (const event of events) {
      if (event.type === "batches") {
        if (event.epoch !== epochs + 1) {
          yield `the event ${event.seq} has steps of epoch ${event.epoch} after ${epochs} epochs`;
        }
        steps = event.firstStep + event.losses.length - 1;
      }
      if (event.type !== "epoch") continue;
      if (event.number !== epochs + 1) {
        yield `epoch ${epochs + 1} must be next, got ${event.number}`;
      }
      epochs = event.number;
      if (steps !== epochs * perEpoch) {
        yield `epoch ${epochs} must follow step ${epochs * perEpoch}, got ${steps}`;
      }
    }
  });
}

function checkAttempts(events: readonly RunEvent[]): Findings {
  return look("attempts", function* () {
    let attempts = 0;
    for (const event of events) {
      if (event.type !== "claimed") continue;
      attempts++;
      if (event.attempt !== attempts) {
        yield `the event ${event.seq} must be attempt ${attempts}, got ${event.attempt}`;
      }
    }
  });
}

function checkEnd(run: Run, events: readonly RunEvent[], expected: RunState): Findings {
  const { state, error } = run.snapshot;
  return look("end", function* () {
    if (state !== expected) {
      yield `the state must be ${expected}, got ${state}${error === null ? "" : ` (${error})`}`;
    }
    if (expected !== "COMPLETED") return;
    const end = events.findLastIndex(({ type }) => type === "completed");
    if (end < 0) yield "'completed' is missing";
    const after = events.slice(end + 1).find(({ type }) => !ALLOWED_AFTER_END.includes(type));
    if (after) yield `'${after.type}' comes after 'completed', as event ${after.seq}`;
    const resumes = events.filter(({ type }) => type === "resumeRequested").length;
    const ends = events.filter(({ type }) => type === "completed").length;
    if (ends > resumes + 1) yield `it is completed ${ends} times`;
    const epochs = events.filter(({ type }) => type === "epoch").length;
    if (epochs !== totalEpochs(run)) yield `it must have ${totalEpochs(run)} epochs, got ${epochs}`;
    const { losses } = numbersOf(events);
    const steps = totalEpochs(run) * stepsPerEpoch(run.spec);
    if (losses.length !== steps) yield `it must have ${steps} steps, got ${losses.length}`;
  });
}

function checkNames(events: readonly RunEvent[]): Findings {
  return look("kept", function* () {
    const names = new Map<string, string>();
    for (const event of events) {
      if (event.type === "checkpointNamed") {
        const { file, name, seq } = event;
        names.delete(file);
        if (name === null) continue;
        const other = [...names].find(([, taken]) => taken === name)?.[0];
        if (other !== undefined) {
          yield `the event ${seq} gives ${file} the name '${name}' of ${other}`;
        }
        names.set(file, name);
      }
      if (event.type !== "checkpointRemoved") continue;
      const name = names.get(event.file);
      if (name !== undefined && event.unusable !== true) {
        yield `the event ${event.seq} removes ${event.file}, which is kept as '${name}'`;
      }
      names.delete(event.file);
    }
  });
}

function checkState(snapshot: RunSnapshot, events: readonly RunEvent[]): Findings {
  return look("state", function* () {
    let sum = EMPTY_SNAPSHOT;
    try {
      sum = events.reduce(fold, EMPTY_SNAPSHOT);
    } catch (error) {
      return yield `the log adds up to nothing: ${errorMessage(error)}`;
    }
    for (const key of Object.keys(sum) as (keyof RunSnapshot)[]) {
      if (isDeepStrictEqual(sum[key], snapshot[key])) continue;
      yield `${key} must be ${show(sum[key])}, got ${show(snapshot[key])}`;
    }
  });
}

/** Reads the numbers of a log. */
export function numbersOf(events: readonly RunEvent[]): Numbers {
  const batches = events.filter((event) => event.type === "batches");
  return {
    losses: batches.flatMap(({ losses }) => losses),
    accs: batches.flatMap(({ accs }) => accs),
    epochs: events.filter((event) => event.type === "epoch").map((event): EpochNumbers => {
      const { trainAcc, trainLoss, testAcc, testLoss, learningRate } = event;
      return { trainAcc, trainLoss, testAcc, testLoss, learningRate };
    }),
  };
}

function checkNumbers(got: Numbers, right: Numbers, state: RunState): Findings {
  const isWhole = state === "COMPLETED";
  return look("numbers", function* () {
    const [count, all] = [got.losses.length, right.losses.length];
    if (isWhole && count !== all) yield `there must be ${all} steps, got ${count}`;
    const steps = isWhole ? count : Math.min(count, all);
    const epochs = isWhole ? got.epochs.length : Math.min(got.epochs.length, right.epochs.length);
    for (const kind of ["losses", "accs"] as const) {
      for (const [index, value] of got[kind].slice(0, steps).entries()) {
        if (Object.is(value, right[kind][index])) continue;
        yield `${kind}: step ${index + 1} must have ${right[kind][index]}, got ${value}`;
      }
    }
    for (const [index, epoch] of got.epochs.slice(0, epochs).entries()) {
      if (isDeepStrictEqual(epoch, right.epochs[index])) continue;
      yield `epoch ${index + 1} must have ${show(right.epochs[index])}, got ${show(epoch)}`;
    }
  });
}

/** Reports the first violations of an invariant. */
export function look(invariant: Invariant, find: () => Iterable<string>): Findings {
  const violations: Violation[] = [];
  for (const what of find()) {
    violations.push({ invariant, what });
    if (violations.length === MAX_REPORTED) break;
  }
  return { checked: [invariant], violations };
}

/** Reports a violation unless a condition holds. */
export function must(invariant: Invariant, holds: boolean, what: string): Findings {
  return { checked: [invariant], violations: holds ? [] : [{ invariant, what }] };
}

/** Writes a value for a message, shortened. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
