/**
 * The store of runs and their logs: an interface that each database implements, and one contract suite tests.
 * It holds the rules itself: an event gets the run's next seq, a worker that lost its lease appends nothing,
 * and a state follows from its events.
 */
import type { Device, TrainingSpec } from "../../ml/spec/spec.ts";
import type { CheckpointNaming } from "../log/checkpoint_name.ts";
import type { Description } from "../log/description.ts";
import type { RunEvent, RunEventBody, RunEventType } from "../log/event.ts";
import type { Run, RunId } from "../log/run.ts";
import type { Seq, Step } from "../log/snapshot.ts";
import type { RunState } from "../log/state.ts";
import type { OrderValue, RunOrder } from "./run_order.ts";
import type { WebhookStore } from "./webhook_store.ts";
import type { Overview, WorkerInfo } from "./worker_info.ts";

/** A run to create. */
export interface NewRun {
  /** Its id, where files are stored by it before it is created; a new one if absent. */
  readonly id?: RunId | undefined;
  readonly name: string;
  readonly spec: TrainingSpec;
  /** A second run with the same key is not created: the first is returned. */
  readonly idempotencyKey?: string | undefined;
  /** The client that starts it, and its maximum number of queued runs, this one included. */
  readonly starter?: { readonly name: string; readonly maxQueued: number };
  /** The only worker that may claim the run in its first ten seconds. */
  readonly worker?: string;
  /** Traceparent of the request: the training continues that trace. */
  readonly traceparent?: string | undefined;
}

/** Fencing number of a claim: grows with each claim of the run. */
export type Fence = number;

/** A worker's right to append to a run, until its lease expires and another worker claims the run. */
export interface Claim {
  readonly run: Run;
  readonly worker: string;
  readonly fence: Fence;
}

/** Selection of the run to claim. */
export interface ClaimOptions {
  readonly worker: string;
  readonly leaseMs: number;
  /** Only runs for one of these devices; any if absent. AUTO stands only for runs that specify AUTO. */
  readonly devices?: readonly Device[] | undefined;
  /** Only this run. */
  readonly runId?: RunId;
}

/** Filters, order and page of a list of runs. */
export interface ListOptions {
  readonly first: number;
  /** Only runs after the one with this id. */
  readonly after?: RunId | undefined;
  /** The value by which that run was sorted (orderValue()); its current one if absent. */
  readonly afterValue?: OrderValue;
  /** Newest first if absent. */
  readonly order?: RunOrder;
  /** Only runs in this state, or in one of these. */
  readonly state?: RunState | readonly RunState[] | undefined;
  /** Only runs on the dataset with this name, whatever its version. */
  readonly dataset?: string | undefined;
  /** Only runs with this tag. */
  readonly tag?: string | undefined;
  /** Only runs that match each of these words: see search.ts. */
  readonly search?: string | undefined;
  /** Only runs whose best test accuracy is at least this fraction. */
  readonly minTestAcc?: number | undefined;
}

/** A page of runs. */
export interface RunPage {
  readonly runs: readonly Run[];
  readonly hasNextPage: boolean;
  readonly totalCount: number;
}

/** A tag in use. */
export interface TagCount {
  readonly name: string;
  /** Number of runs with the tag. */
  readonly runCount: number;
}

/** A change of a run's state or description. */
export interface StateChange {
  /** Number of the change among all changes of all runs. */
  readonly change: number;
  /** The run right after the change. */
  readonly run: Run;
}

/** Selection of events. */
export interface ReadOptions {
  /** Only events after this seq. */
  readonly afterSeq: Seq;
  readonly limit: number;
  /** The last events instead of the first; still in order of seq. */
  readonly last?: boolean;
  /** Only events before this seq. */
  readonly beforeSeq?: Seq | undefined;
  /** Only events of these types. */
  readonly types?: readonly RunEventType[] | undefined;
  /** Skip `batches` events that end at or before this step. */
  readonly afterStep?: Step | undefined;
}

/** A client's request that a worker carries out. */
export type ControlRequest = "pause" | "resume" | "cancel";

/** Options of a control request. */
export interface RequestOptions {
  /** For 'resume': new number of epochs; unchanged if absent. */
  readonly epochs?: number | null;
  /** For 'resume': traceparent of the request. */
  readonly traceparent?: string | undefined;
}

/** Topic of wait() that fires when runs are created, deleted or change state, not on each training step. */
export const STATE_CHANGES = "state changes";

/** The store of runs and their logs. */
export interface RunStore {
  /**
   * Writes a run and its `queued` event. On return both survive power loss.
   *
   * @throws {QueueFullError} if its starter has too many runs in the queue
   */
  create(run: NewRun): Promise<{ readonly run: Run; readonly created: boolean }>;
  /** Returns a run, or undefined if it does not exist. */
  get(id: RunId): Promise<Run | undefined>;
  /**
   * Lists runs, a page at a time.
   *
   * @throws {RangeError} if there is no run with id `after`
   */
  list(options: ListOptions): Promise<RunPage>;
  /** Lists the tags in use, the most frequent first, then by name. */
  tags(options: { readonly first: number }): Promise<readonly TagCount[]>;
  /** Counts the runs of each dataset by its name, whatever its version. Reads no spec. */
  countByDataset(): Promise<ReadonlyMap<string, number>>;
  /** Returns the ids of the runs whose worker gives signs of life. */
  held(): Promise<ReadonlySet<RunId>>;
  /** Counts the waiting runs for one of some devices that were created before a run. */
  countAhead(id: RunId, devices: readonly Device[]): Promise<number>;
  /** Returns the run in training, else the next in the queue that a registered worker has the device for. */
  current(): Promise<Run | undefined>;
  /**
   * Deletes a finished or paused run with its log. Its files remain: see delete_run.ts.
   *
   * @returns false if there is no such run
   * @throws {ConflictError} if it is neither finished nor paused
   */
  delete(id: RunId): Promise<boolean>;

  /**
   * Appends a client's request to the log; repeating it changes nothing. A run that no worker holds is paused or
   * cancelled at once; otherwise its worker is woken, at the latest by the next renewal of its lease. A resumed
   * run continues from its last checkpoint, also when it has failed or, with more epochs, is completed.
   *
   * @returns the run after it, or undefined if there is no such run
   * @throws {ConflictError} if the state does not allow it
   * @throws {InvalidSpecError} if the run cannot be extended to `epochs`
   */
  request(id: RunId, request: ControlRequest, options?: RequestOptions): Promise<Run | undefined>;

  /**
   * Appends a new name, tags or note to the log, in any state. Values that the run already has are skipped.
   *
   * @returns the run after it, or undefined if there is no such run
   */
  describe(id: RunId, description: Description): Promise<Run | undefined>;

  /**
   * Appends a checkpoint's new name to the log, in any state. A named checkpoint is kept: append() skips its
   * removal.
   *
   * @returns the run after it, or undefined if there is no such run
   * @throws {NoSuchCheckpointError} if the run has no such checkpoint, or has it no longer
   * @throws {ConflictError} if another checkpoint of the run has the name
   */
  nameCheckpoint(id: RunId, naming: CheckpointNaming): Promise<Run | undefined>;

  /** Reads events in order of seq; none if there is no such run. */
  read(runId: RunId, options: ReadOptions): Promise<readonly RunEvent[]>;
  /** Reads changes of states and descriptions in order. */
  changes(
    options: { readonly after: number; readonly limit: number },
  ): Promise<readonly StateChange[]>;
  /** Returns the number of the latest change. */
  lastChange(): Promise<number>;

  /**
   * Claims the oldest run that is queued, interrupted or whose lease has expired, and appends `claimed`, preceded
   * by `interrupted` in the last case. A run in PAUSING or CANCELLING is claimed whatever its device, to be
   * paused or cancelled.
   */
  claim(options: ClaimOptions): Promise<Claim | undefined>;
  /**
   * Renews the lease.
   *
   * @returns the run with the requests of clients
   * @throws {FencedError} if the claim is lost
   */
  renew(claim: Claim, leaseMs: number): Promise<Run>;
  /**
   * Appends a worker's events, all or none, and renews its lease for as long as before. Idempotent: a repeated
   * append with the same number is ignored. An event after which no worker holds the run (`completed`,
   * `interrupted` …) ends the claim.
   *
   * Events that a client's request has superseded are skipped: the removal of a checkpoint named meanwhile.
   *
   * @param number counts the appends under this claim: 1, 2, 3 …
   * @returns the run after it
   * @throws {FencedError} if the claim is lost
   * @throws {ConflictError} if the run's state does not allow an event, after a client's request
   */
  append(claim: Claim, number: number, events: readonly RunEventBody[]): Promise<Run>;

  /** Webhooks, and what they still have to deliver. */
  readonly webhooks: WebhookStore;

  /** Registers a worker, or renews its registration. */
  registerWorker(worker: Omit<WorkerInfo, "seenAt">): Promise<void>;
  /** Removes a worker's registration. */
  deregisterWorker(workerId: string): Promise<void>;
  /** Lists the workers registered within the last ten seconds, the longest running first. */
  workers(): Promise<readonly WorkerInfo[]>;
  /** Counts runs by state, and lists all workers. Reads no log and no snapshot. */
  overview(): Promise<Overview>;
  /**
   * Checks that the store takes writes, without writing.
   *
   * @throws {StoreUnavailableError} if it does not
   */
  checkWritable(): Promise<void>;

  /** Returns a mark for wait(). Take it before a read, so that no later write is missed. */
  mark(): number;
  /**
   * Waits until something may have been written since the mark, the signal aborts, or two seconds pass.
   * Notifications may be lost: read again whenever it returns.
   *
   * @param topic a run's id or STATE_CHANGES; anything if absent
   */
  wait(mark: number, signal: AbortSignal, topic?: string): Promise<void>;

  close(): Promise<void>;
}
