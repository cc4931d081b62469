/**
 * Weights that runs begin with, beside their checkpoints: a copy for each run, so that it stays exact when the run or
 * the upload that it was taken from is deleted.
 */
import { join } from "node:path";
import type { WrittenFile } from "../../lib/atomic_file.ts";
import { writeCheckpointFile } from "../../ml/checkpoint/checkpoint_file.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import {
  copyWeights,
  openWeights,
  START_FILE,
  weightsProblems,
} from "../../ml/checkpoint/weights_file.ts";
import type { Network } from "../../ml/network/network.ts";
import type { Path, Problem } from "../../ml/options/problem.ts";
import type { CheckpointStore } from "./store.ts";
import { ignoreNotFound } from "../../lib/not_found.ts";

/** A file with weights. */
export type WeightSource =
  /** A file beside a run's checkpoints. */
  | {
    readonly kind: "stored";
    readonly runId: string;
    readonly file: string;
    readonly sha256: string;
  }
  /** A file on this machine; `label` is its name in messages. */
  | { readonly kind: "local"; readonly path: string; readonly label: string };

/** The weights that runs begin with. */
export interface StartWeights {
  /** Tells whether a run has a file. */
  has(runId: string, file: string): Promise<boolean>;
  /**
   * Compares a file on this machine with a network.
   *
   * @param path the path of the file in the request
   */
  check(
    source: WeightSource & { readonly kind: "local" },
    network: Network,
    path: Path,
  ): Promise<readonly Problem[]>;
  /**
   * Stores a copy for a new run.
   *
   * @returns its digest
   * @throws {CheckpointError} if the file is gone or damaged, or cannot be stored now
   */
  store(runId: string, source: WeightSource, network: Network): Promise<WrittenFile>;
  /** Removes the copy of a run that was not created. */
  remove(runId: string): Promise<void>;
}

/** Inputs of createStartWeights(). */
export interface StartWeightsOptions {
  /** Opens the checkpoint store when it is needed. */
  readonly checkpoints: () => Promise<CheckpointStore>;
  /** Folder for temporary copies. It is created if it does not exist. */
  readonly scratch: string;
}

/** Creates access to the weights that runs begin with. */
export function createStartWeights({ checkpoints, scratch }: StartWeightsOptions): StartWeights {
  return {
    async has(runId, file) {
      const files = await (await checkpoints()).list(runId);
      return files.some(({ name }) => name === file);
    },
    async check({ path, label }, network, at) {
      try {
        using file = await openWeights(path, label);
        return weightsProblems(file.arrays, network, at);
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        return [{ path: at, message: error.message }];
      }
    },
    async store(runId, source, network) {
      const store = await checkpoints();
      await Deno.mkdir(scratch, { recursive: true });
      const folder = await Deno.makeTempDir({ dir: scratch, prefix: "start-" });
      try {
        const path = source.kind === "local"
          ? source.path
          : await store.fetch(source.runId, source.file, folder, { sha256: source.sha256 });
        using file = await openWeights(path, source.kind === "local" ? source.label : path);
        const copy = join(folder, `copy-${START_FILE}`);
        const { sha256 } = await writeCheckpointFile(copy, copyWeights(file, network));
        return await store.put(runId, START_FILE, copy, { sha256 });
      } finally {
        await Deno.remove(folder, { recursive: true }).catch(ignoreNotFound);
      }
    },
    async remove(runId) {
      await (await checkpoints()).removeAll(runId);
    },
  };
}
