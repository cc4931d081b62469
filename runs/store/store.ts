/**
 * The store of runs and their logs: what any database must do for us. No SQL here; each file in stores/ is
 * one database, and one contract test suite runs on all of them.
 *
 * The store, not its callers, keeps the rules: an event gets the run's next seq, a worker that lost its
 * lease appends nothing, and a state follows from its events.
 */
import type { Device, TrainingSpec } from "../../ml/spec/spec.ts";
import type { CheckpointNaming } from "../log/checkpoint_name.ts";
import type { Description } from "../log/description.ts";
import type { RunEvent, RunEventBody, RunEventType } from "../log/event.ts";
import type { OrderValue, RunOrder } from "./run_order.ts";
import type { RunSnapshot, RunState } from "../log/state.ts";
import type { WorkerStats } from "../worker/worker_stats.ts";
import type { DeviceInfo } from "../../ml/device.ts";

/** A run as stored. */
export interface Run {
  readonly id: string;
  /** What it is called now. */
  readonly name: string;
  /** What it was called when it was written down. */
  readonly originalName: string;
  readonly spec: TrainingSpec;
  /** The name of who started it, as the server knows clients; null if it is not known. */
  readonly startedBy: string | null;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly snapshot: RunSnapshot;
}

/** A run to write down. */
export interface NewRun {
  readonly name: string;
  readonly spec: TrainingSpec;
  /** A second run with the same key is not written: the first is returned. */
  readonly idempotencyKey?: string;
  /** Who starts it, and how many of theirs may wait in the queue with it. */
  readonly starter?: { readonly name: string; readonly mostQueued: number };
  /** Only this worker may claim the run for the first ten seconds: for a run that is trained where it is started. */
  readonly worker?: string;
  /** Of the span that starts it, where there is one: the training goes on in that trace. */
  readonly traceparent?: string | undefined;
}

/** A worker's right to append to a run. It ends when the lease runs out and another worker claims the run. */
export interface Claim {
  readonly run: Run;
  readonly worker: string;
  /** The fencing number: grows with each claim of the run. */
  readonly fence: number;
}

/** Which run to take. */
export interface ClaimOptions {
  readonly worker: string;
  readonly leaseMs: number;
  /**
   * Only runs that ask for one of these; any if absent. AUTO stands for those that leave it to the worker, and is no
   * device that others could be trained on.
   */
  readonly devices?: readonly Device[];
  /** Only this run. */
  readonly runId?: string;
}

/** Which runs to list, and in which order. */
export interface ListOptions {
  readonly first: number;
  /** Only runs after the one with this id. */
  readonly after?: string;
  /** The value that it had in this order when it was read (orderValue()); the one that it has now if absent. */
  readonly afterValue?: OrderValue;
  /** Newest first if absent. */
  readonly order?: RunOrder;
  /** Only runs in this state, or in one of these. */
  readonly state?: RunState | readonly RunState[];
  /** Only runs with this tag. */
  readonly tag?: string;
  /** Only runs that hold each of these words: see search.ts. */
  readonly search?: string;
  /** Only runs whose best test accuracy is at least this fraction. */
  readonly minTestAcc?: number;
}

/** A page of runs. */
export interface RunPage {
  readonly runs: readonly Run[];
  readonly hasNextPage: boolean;
  readonly totalCount: number;
}

/** A tag that is in use. */
export interface TagCount {
  readonly name: string;
  /** How many runs have it. */
  readonly runCount: number;
}

/** A change of a run's state or description. `change` is its place among all changes of all runs. */
export interface StateChange {
  readonly change: number;
  /** The run as it was right after the change. */
  readonly run: Run;
}

/** Which events to read. */
export interface ReadOptions {
  /** Events after this seq. */
  readonly afterSeq: number;
  readonly limit: number;
  /** The last ones rather than the first; in order of seq all the same. */
  readonly last?: boolean;
  /** Events before this seq. */
  readonly beforeSeq?: number;
  /** Only events of these types. */
  readonly types?: readonly RunEventType[];
  /** Skip `batches` events that end at or before this step. */
  readonly afterStep?: number;
}

/** A worker that has announced itself. How the API, which loads no engine, knows what there is to train on. */
export interface WorkerInfo {
  readonly id: string;
  /** The machine's name. */
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** What it can train on. Empty until it has looked. */
  readonly devices: readonly DeviceInfo[];
  /** The run it is training. */
  readonly runId: string | null;
  /** What keeps it from going on with that run, and what to do; null or absent if nothing does. */
  readonly trouble?: string | null;
  /** What it has counted of its work; absent if it is of a version that counts nothing. */
  readonly figures?: WorkerStats;
  /** RFC 3339. */
  readonly startedAt: string;
  /** When it was last heard of, RFC 3339, by the store's clock. */
  readonly seenAt: string;
}

/** What an operator watches: all of it, in numbers. */
export interface Overview {
  /** How many runs there are in each state. */
  readonly runs: Readonly<Record<RunState, number>>;
  /** Every worker that has not said that it goes, also those that are silent: for a day. */
  readonly workers: readonly RegisteredWorker[];
}

/** A worker, and how long ago it was heard of. */
export interface RegisteredWorker extends WorkerInfo {
  /** By the store's clock. */
  readonly silentSeconds: number;
  /** Whether workers() lists it. */
  readonly isAlive: boolean;
}

/** What a client can ask of a run. */
export type ControlRequest = "pause" | "resume" | "cancel";

/** How a client asks for it. */
export interface RequestOptions {
  /** For 'resume': how many epochs the run is to have; as before if absent. */
  readonly epochs?: number | null;
  /** For 'resume': of the span that asks for it, where there is one. */
  readonly traceparent?: string | undefined;
}

/** The worker no longer holds the run: another took it, it was deleted, or it is over. It must stop at once. */
export class FencedError extends Error {
  override readonly name = "FencedError";
}

/** The starter of a run has as many in the queue as may be there. */
export class QueueFullError extends Error {
  override readonly name = "QueueFullError";
}

/** A request or an event that does not fit the run's state. */
export class ConflictError extends Error {
  override readonly name = "ConflictError";
}

/** A checkpoint that the run does not have (any more). */
export class NoSuchCheckpointError extends Error {
  override readonly name = "NoSuchCheckpointError";
}

/** The store cannot be used now: disk full or read-only, database damaged or away. The message says which, and what to do. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
  /** Whether it may pass without anybody changing anything here, so that it makes sense to wait. */
  readonly mayPass: boolean;
  constructor(message: string, options: ErrorOptions & { readonly mayPass?: boolean } = {}) {
    super(message, options);
    this.mayPass = options.mayPass ?? false;
  }
}

/** What to wait for to see runs come, end and change their states, but not each step of theirs. */
export const STATE_CHANGES = "state changes";

/** The store of runs and their logs. */
export interface RunStore {
  /**
   * Writes a run and its `queued` event. On return both survive power loss.
   *
   * @throws {QueueFullError} if its starter has too many in the queue
   */
  create(run: NewRun): Promise<{ readonly run: Run; readonly created: boolean }>;
  get(id: string): Promise<Run | undefined>;
  /** @throws {RangeError} if there is no run with id `after` */
  list(options: ListOptions): Promise<RunPage>;
  /** The tags that are in use: those of most runs first, of equal ones by name. */
  tags(options: { readonly first: number }): Promise<readonly TagCount[]>;
  /**
   * The run that is training now, else the next in the queue. One that waits for a device which no worker has is not
   * next.
   */
  current(): Promise<Run | undefined>;
  /**
   * Removes a run that is over or paused, its log and everything in the database that hangs on it. Its files are
   * not the store's: see delete_run.ts.
   *
   * @returns whether there was such a run
   * @throws {ConflictError} if it is neither over nor paused
   */
  delete(id: string): Promise<boolean>;

  /**
   * Appends a client's request to the log. What no worker holds is paused or cancelled at once; the worker of a run is
   * woken, and if that fails sees it within a third of its lease. To ask again changes nothing. A run is resumed by the
   * next worker that has time: from its last checkpoint, also when it has failed or, with more epochs, is completed.
   *
   * @returns the run after it, or undefined if there is no such run
   * @throws {ConflictError} if the state does not allow it; the message names the state
   * @throws {InvalidSpecError} if `epochs` is not a number of epochs that the run can be continued to
   */
  request(id: string, request: ControlRequest, options?: RequestOptions): Promise<Run | undefined>;

  /**
   * Appends to the log how a run is called, tagged and noted from now on, whatever its state and whoever holds it.
   * To say it again changes nothing.
   *
   * @returns the run after it, or undefined if there is no such run
   */
  describe(id: string, description: Description): Promise<Run | undefined>;

  /**
   * Appends to the log what a checkpoint is called from now on, whatever the run's state and whoever holds it. With
   * a name it is kept for good: a worker that wants to remove it, as there are newer ones, does not (see append()).
   * To say it again changes nothing.
   *
   * @returns the run after it, or undefined if there is no such run
   * @throws {NoSuchCheckpointError} if the run has no such checkpoint (any more)
   * @throws {ConflictError} if another checkpoint of the run has the name; the message says which
   */
  nameCheckpoint(id: string, naming: CheckpointNaming): Promise<Run | undefined>;

  /** Events in order of seq; none if there is no such run. */
  read(runId: string, options: ReadOptions): Promise<readonly RunEvent[]>;
  /** Changes of states and descriptions in order, after a change. */
  changes(
    options: { readonly after: number; readonly limit: number },
  ): Promise<readonly StateChange[]>;
  /** The number of the latest change: where to start to see only new ones. */
  lastChange(): Promise<number>;

  /**
   * Takes the oldest run that is queued or interrupted, or whose worker's lease has run out, and appends
   * `claimed`; in the last case `interrupted` before it. A run in PAUSING or CANCELLING is given too, whatever device
   * it asks for, to be left so.
   */
  claim(options: ClaimOptions): Promise<Claim | undefined>;
  /**
   * Keeps the lease.
   *
   * @returns the run, so that the worker sees what was asked of it
   * @throws {FencedError}
   */
  renew(claim: Claim, leaseMs: number): Promise<Run>;
  /**
   * Appends a worker's events, all or none. Safe to repeat when it is not known whether it happened. An event
   * after which no worker is to hold the run (`completed`, `interrupted` …) ends the claim.
   *
   * The removal of a checkpoint that a client has named meanwhile is left out, unless the checkpoint is unusable:
   * the run that is returned still has it.
   *
   * @param number counts the appends under this claim: 1, 2, 3 …
   * @returns the run after it
   * @throws {FencedError}
   * @throws {ConflictError} if the run's state does not allow an event, as a client has asked for something meanwhile
   */
  append(claim: Claim, number: number, events: readonly RunEventBody[]): Promise<Run>;

  /** A worker says that it is there: every few seconds, and when something about it changes. */
  registerWorker(worker: Omit<WorkerInfo, "seenAt">): Promise<void>;
  /** A worker says that it goes. */
  deregisterWorker(workerId: string): Promise<void>;
  /** The workers heard of within the last ten seconds, the longest running first. */
  workers(): Promise<readonly WorkerInfo[]>;
  /** All runs and workers, in numbers. Reads no log and no snapshot. */
  overview(): Promise<Overview>;

  /** A mark for wait(): taken before a read, it makes sure that nothing written since is missed. */
  mark(): number;
  /**
   * Waits until something may have been written since the mark, the signal aborts, or two seconds pass.
   * A wake-up may be lost, so that callers read again whenever it returns.
   *
   * @param topic what to wait for: a run, by its id, or STATE_CHANGES; without it, anything
   */
  wait(mark: number, signal: AbortSignal, topic?: string): Promise<void>;

  close(): Promise<void>;
}
