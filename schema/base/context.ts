/**
 * What every resolver is given: the API's doors to the outside. The server makes one for each operation; nothing
 * else is reachable from a resolver, so that tests run the whole schema on a store and a folder of their own.
 */
import type { ImageDataset, Split } from "../../data/dataset.ts";
import type { Device } from "../../ml/spec/spec.ts";
import type { CheckpointEvaluator } from "../../runs/reading/checkpoint_evaluator.ts";
import type { RunStore } from "../../runs/store/store.ts";
import type { Viewer } from "./access.ts";

/** Datasets by name, read when first asked for. */
export interface Datasets {
  /** @throws if there is no such dataset, or its files are missing or damaged; the message says what to do */
  open(name: string, split: Split): Promise<ImageDataset>;
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

/** The context of one operation. Yoga's own context has `request` already. */
export interface ApiContext {
  /** Who asks. Where it is not known, nothing is allowed. */
  readonly viewer: Viewer;
  readonly store: RunStore;
  readonly datasets: Datasets;
  /** Looks into checkpoints; where it is left out, nothing can be predicted. */
  readonly inspector?: CheckpointEvaluator;
  /**
   * Deletes a run for good, with its files; where it is left out, there are none.
   *
   * @returns whether there was such a run
   * @throws {ConflictError} if it is neither over nor paused
   */
  readonly deleteRun?: (runId: string) => Promise<boolean>;
  /** Its signal fires when the client goes away. */
  readonly request?: { readonly signal: AbortSignal };
  /** What a run is trained on that asks for AUTO; its worker decides where this is left out. */
  readonly device?: Device;
  /** The seed of a run that is started without one; random where this is left out. */
  readonly newSeed?: () => number;
  /** How many runs of one viewer may wait in the queue; as many as there are where this is left out. */
  readonly mostQueued?: number;
  /** Is told of every mutation and what came of it, for the audit. */
  readonly onMutation?: (record: MutationRecord) => void;
  /** Is told of every event that a subscriber has waited for, when it is given to them. */
  readonly onLiveEvent?: (event: { readonly at: string }) => void;
  /** Is told of every error that clients see only as 'Unexpected error'. `path` is the field's place in the answer. */
  readonly onUnexpectedError?: (error: unknown, path: string) => void;
}
