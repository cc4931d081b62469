/** Weights that a training in a terminal begins with: found and copied before its trainer starts. */
import { type UploadedFile, UploadError } from "../../data/uploads/upload_store.ts";
import { START_FILE } from "../../ml/checkpoint/weights_file.ts";
import { show } from "../../ml/options/problem.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import { openCheckpointStore } from "../../runs/checkpoints/open.ts";
import { createStartWeights } from "../../runs/checkpoints/start_weights.ts";
import { scratchFolder } from "../../runs/paths.ts";
import { findStart } from "../../runs/reading/find_start.ts";
import { openStore, type StoreLocation } from "../../runs/store/open.ts";
import { keyOf } from "../runs/run_id.ts";
import { WrongInputError } from "./errors.ts";

/** A training that begins with stored weights. */
export interface PreparedStart {
  /** The id of the run that they are stored for. */
  readonly runId: string;
  readonly spec: TrainingSpec;
  /** Their copy on this machine. */
  readonly path: string;
}

type Config = StoreLocation & { readonly checkpoints: string };

/**
 * Checks and copies weights.
 *
 * @param startFrom in the form of a request, where `file` is a path
 * @param folder a folder for the copy; where there is none, weights are only checked
 * @throws {WrongInputError} with a line for each problem
 */
export async function prepareStart(
  startFrom: unknown,
  spec: TrainingSpec,
  config: Config,
  folder: string | undefined,
): Promise<PreparedStart | undefined> {
  await using resources = new AsyncDisposableStack();
  const store = resources.adopt(await openStore(config), (store) => store.close());
  const checkpoints = resources.adopt(
    await openCheckpointStore(config.checkpoints),
    (opened) => opened.close(),
  );
  const weights = createStartWeights({
    checkpoints: () => Promise.resolve(checkpoints),
    scratch: scratchFolder(config.home),
  });
  const { found, problems } = await findStart(startFrom, spec.network, {
    store,
    weights,
    runKey: (text) => keyOf(text) ?? text,
    openFile,
  });
  if (problems.length > 0) {
    throw new WrongInputError(problems.map(({ message }) => message).join("\n"));
  }
  if (!found || folder === undefined) return undefined;
  const runId = crypto.randomUUID();
  const origin = await found.store(runId);
  const path = await checkpoints.fetch(runId, START_FILE, folder, { sha256: origin.sha256 });
  return { runId, spec: { ...spec, startFrom: origin }, path };
}

async function openFile(path: string): Promise<UploadedFile> {
  const info = await Deno.stat(path).catch(() => undefined);
  if (!info?.isFile) {
    throw new UploadError(
      "unknown",
      `Cannot train with --start-from ${show(path)}: there is no such file.`,
    );
  }
  return { path, fileName: path.split(/[/\\]/).at(-1) ?? path, bytes: info.size, owner: "" };
}
