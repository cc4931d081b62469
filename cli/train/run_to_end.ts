/**
 * One run from its creation to its end: trained by this process and followed in its log at the same time,
 * so that the terminal shows what the log holds. An interrupt saves a checkpoint and pauses the run.
 */
import { differingFields } from "../../ml/spec/compare.ts";
import type { CheckpointStore } from "../../runs/checkpoints/store.ts";
import type { Run } from "../../runs/log/run.ts";
import type { RunEvent } from "../../runs/log/event.ts";
import { followEvents } from "../../runs/reading/follow.ts";
import type { GpuReader } from "../../runs/trainer/gpu.ts";
import { isFinished } from "../../runs/log/state.ts";
import type { RunStore } from "../../runs/store/store.ts";
import type { Trainer } from "../../runs/trainer/trainer.ts";
import { WrongInputError } from "./errors.ts";
import type { TrainFlags } from "./parsed_flags.ts";
import { type Report, toReport } from "../terminal/report.ts";
import { trainHere } from "./train_here.ts";

/** The parts of a run's training. */
export interface RunToEndOptions {
  readonly store: RunStore;
  readonly trainer: Trainer;
  readonly checkpoints: CheckpointStore;
  /** The folder that datasets of other machines are fetched to. */
  readonly sharedDataFolder?: string | undefined;
  /** A folder that is removed at the end. */
  readonly scratch: string;
  readonly run: Run;
  /** The name of this worker. */
  readonly worker: string;
  readonly report: Report;
  readonly readGpu?: GpuReader;
  /** Ends the training here and pauses the run. */
  readonly interrupt: AbortSignal;
}

/** The outcome of a run. */
export interface EndedRun {
  readonly run: Run;
  readonly epochs: readonly RunEvent<"epoch">[];
  /** The error that ended this process's part, if any; the run may be unfinished then. */
  readonly problem?: unknown;
}

/**
 * Stores a run for this worker or finds the one with the same key, which is resumed if it is paused.
 *
 * @param id the id of a new run
 * @throws {WrongInputError} if that run has another spec
 */
export async function createRun(
  store: RunStore,
  flags: TrainFlags,
  worker: string,
  id?: string,
): Promise<Run> {
  const { spec, name, idempotencyKey, open } = flags;
  const { run, created } = await store.create({ id, name, spec, worker, idempotencyKey });
  const differs = (name !== run.originalName && !open.includes("name")) ||
    differingFields(spec, run.spec, open.includes("seed") ? ["seed"] : []).length > 0;
  if (!created && differs) {
    throw new WrongInputError(
      `Cannot train with --idempotency-key '${idempotencyKey}': '${run.name}' was started with it and ` +
        "has different settings. Use a new key.",
    );
  }
  const isPaused = run.snapshot.state === "PAUSED";
  return isPaused ? await store.request(run.id, "resume") ?? run : run;
}

/** Trains a run to its end and reports it. */
export async function runToEnd(options: RunToEndOptions): Promise<EndedRun> {
  const { store, report, interrupt } = options;
  const { id } = options.run;
  const epochs: RunEvent<"epoch">[] = [];
  const stop = new AbortController();
  const enough = new AbortController();
  let told = 0;
  /** The last event that is reported. */
  let last = Infinity;
  let problem: unknown;

  async function train(): Promise<void> {
    const log = (level: "info" | "warning" | "error", message: string) =>
      report.note(message, level === "error" ? "red" : level === "warning" ? "yellow" : undefined);
    await trainHere({ ...options, runId: id, pause: interrupt, signal: stop.signal, log });
    const run = await store.get(id);
    // An unfinished run's log does not end, and no process writes it here.
    if (run && !isFinished(run.snapshot.state)) last = run.snapshot.lastSeq;
    if (told >= last) enough.abort();
  }

  async function follow(): Promise<void> {
    for await (const event of followEvents(store, id, { signal: enough.signal })) {
      // After Ctrl-C, the report shows how the run was left.
      if (event.type !== "paused" || !interrupt.aborted) report.tell(toReport(event));
      if (event.type === "epoch") epochs.push(event);
      told = event.seq;
      if (told >= last) break;
    }
  }

  const leave = () => report.note("Saving a checkpoint. Press Ctrl-C again to quit now.");

  const giveUp = (error: unknown) => {
    problem ??= error;
    stop.abort();
    enough.abort();
  };
  if (interrupt.aborted) leave();
  else interrupt.addEventListener("abort", leave, { once: true });
  await Promise.all([train().catch(giveUp), follow().catch(giveUp)]);
  interrupt.removeEventListener("abort", leave);
  report.end();
  const run = await store.get(id).catch(giveUp) ?? options.run;
  return { run, epochs, problem };
}
