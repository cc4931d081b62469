/**
 * The context of resolvers: the API's only access to the outside. The server creates one per
 * operation, so that tests can run the whole schema on a store and a folder of their own.
 */
import type { LabelledDataset, Split } from "../../data/dataset.ts";
import type { UploadStore } from "../../data/uploads/upload_store.ts";
import type { Imports } from "../../imports/service.ts";
import type { Device, EngineName } from "../../ml/spec/spec.ts";
import type { StartWeights } from "../../runs/checkpoints/start_weights.ts";
import type { CheckpointEvaluator } from "../../runs/reading/checkpoint_evaluator.ts";
import type { RunStore } from "../../runs/store/store.ts";
import type { Webhooks } from "../../webhooks/service.ts";
import type { Viewer } from "./access.ts";

/** Datasets by name, read at their first use. */
export interface Datasets {
  /** @throws if there is no such dataset, or its files are missing or damaged; the message states the remedy */
  open(name: string, split: Split): Promise<LabelledDataset>;
}

/** A mutation that was carried out or refused. It holds nothing of what was written. */
export interface MutationRecord {
  /** The operation's name, which clients choose. */
  readonly operation: string | null;
  /** The root field. */
  readonly field: string;
  /** The run's key in the store; null where no run came of it. */
  readonly runId: string | null;
  /** 'OK', or the error's code. */
  readonly code: string;
}

/** Request to resume a subscription, of one operation (resumption.ts). */
export interface Resumption {
  /** Id of the last event that the client has received. */
  readonly lastEventId: string;
  /** True if the run has ended and the client has received all of it. */
  isComplete: boolean;
}

/** The context of one operation. Yoga's own context has `request` already. */
export interface ApiContext {
  /** The client. Without one, nothing is allowed. */
  readonly viewer: Viewer;
  readonly store: RunStore;
  readonly datasets: Datasets;
  /** Looks into checkpoints; where it is left out, nothing can be predicted. */
  readonly evaluator?: CheckpointEvaluator | undefined;
  /**
   * Deletes a run for good, with its files; where it is left out, there are none.
   *
   * @returns whether there was such a run
   * @throws {ConflictError} if it is neither over nor paused
   */
  readonly deleteRun?: ((runId: string) => Promise<boolean>) | undefined;
  /** Weights that trainings begin with; where it is left out, all begin with random ones. */
  readonly weights?: StartWeights | undefined;
  /** Imported datasets; where it is left out, there are only the built-in ones. */
  readonly imports?: Imports | undefined;
  /** Files that clients send; where it is left out, none are taken. */
  readonly uploads?: UploadStore | undefined;
  /** Delivers webhooks; where it is left out, none can be created. */
  readonly webhooks?: Webhooks | undefined;
  /** Maximum number of webhooks; no limit by default. */
  readonly maxWebhooks?: number;
  /** Its signal aborts when the client disconnects. */
  readonly request?: { readonly signal: AbortSignal };
  /** Request to resume; a subscription starts anew without it. */
  readonly resumption?: Resumption | undefined;
  /** Device of runs that request AUTO; by default their worker decides. */
  readonly device?: Device | undefined;
  /** Engine of runs that request AUTO; by default their worker decides. */
  readonly engine?: EngineName | undefined;
  /** The seed of a run that is started without one; random where this is left out. */
  readonly newSeed?: () => number;
  /** Maximum number of queued runs of a viewer; no limit by default. */
  readonly maxQueuedRuns?: number;
  /** Receives every mutation and its outcome, for the audit log. */
  readonly onMutation?: (record: MutationRecord) => void;
  /** Receives every event that a subscriber has waited for, when it is delivered. */
  readonly onLiveEvent?: (event: { readonly at: string }, subscribers: number) => void;
  /**
   * Receives every error that clients see only as 'Unexpected error'. `path` is the field's place
   * in the result.
   */
  readonly onUnexpectedError?: (error: unknown, path: string) => void;
}
