/** Finds the weights that a training is to begin with: a checkpoint of a run, or a file. */
import { type UploadedFile, UploadError } from "../../data/uploads/upload_store.ts";
import { START_FILE, weightShapes, weightsProblems } from "../../ml/checkpoint/weights_file.ts";
import type { Network } from "../../ml/network/network.ts";
import type { Path, Problem } from "../../ml/options/problem.ts";
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import { parseStartChoice, type StartChoice, type StartFrom } from "../../ml/spec/start_from.ts";
import type { StartWeights, WeightSource } from "../checkpoints/start_weights.ts";
import type { Run } from "../log/run.ts";
import type { CheckpointInfo } from "../log/snapshot.ts";
import type { RunStore } from "../store/store.ts";

/** Places where weights are searched. */
export interface StartPlaces {
  readonly store: Pick<RunStore, "get">;
  /** Undefined where no weights are stored. */
  readonly weights: StartWeights | undefined;
  /** Returns the key of the run that a text names. */
  runKey(text: string): string | undefined;
  /**
   * Returns the file that a text names.
   *
   * @throws {UploadError} if it cannot be used
   */
  openFile(text: string): Promise<UploadedFile>;
}

/** Weights that were found, and fit the network. */
export interface FoundStart {
  /**
   * Stores them for a new run.
   *
   * @throws {CheckpointError} if they are gone by now, or cannot be stored
   */
  store(runId: string): Promise<StartFrom>;
  /** Removes them again, if the run was not created. */
  withdraw(runId: string): Promise<void>;
}

/** The result of a search. Nothing is found if there are problems, or if nothing was asked for. */
export interface StartSearch {
  readonly found?: FoundStart | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Finds weights, and compares them with the network.
 *
 * @param value `startFrom` of a request
 * @param network undefined if it has problems itself
 */
export async function findStart(
  value: unknown,
  network: Network | undefined,
  places: StartPlaces,
): Promise<StartSearch> {
  const problems: Problem[] = [];
  const choice = parseStartChoice(value, problems);
  if (!choice) return { problems };
  const { weights } = places;
  if (!weights) {
    return refuse(["startFrom"], "Cannot train with startFrom: this server stores no weights.");
  }
  const located = choice.kind === "file"
    ? await locateFile(choice, network, weights, places)
    : await locateCheckpoint(choice, network, weights, places);
  if ("problems" in located || !network) {
    return { problems: "problems" in located ? located.problems : [] };
  }
  const { source, origin } = located;
  return {
    problems: [],
    found: {
      async store(runId) {
        const { sha256 } = await weights.store(runId, source, network);
        return { ...origin, sha256 };
      },
      withdraw: (runId) => weights.remove(runId),
    },
  };
}

/** Weights with their origin, whose digest is known once they are copied; or what is wrong with them. */
type Located =
  | { readonly source: WeightSource; readonly origin: StartFrom }
  | { readonly problems: readonly Problem[] };

function refuse(path: Path, message: string): { readonly problems: readonly Problem[] } {
  return { problems: [{ path, message }] };
}

async function locateFile(
  { file: id }: StartChoice & { readonly kind: "file" },
  network: Network | undefined,
  weights: StartWeights,
  { openFile }: StartPlaces,
): Promise<Located> {
  const at = ["startFrom", "file"];
  try {
    const { path, fileName } = await openFile(id);
    const source = { kind: "local", path, label: fileName } as const;
    const problems = network ? await weights.check(source, network, at) : [];
    if (problems.length > 0) return { problems };
    return { source, origin: { kind: "file", fileName, sha256: "" } };
  } catch (error) {
    if (!(error instanceof UploadError)) throw error;
    return refuse(at, error.message);
  }
}

async function locateCheckpoint(
  choice: StartChoice & { readonly kind: "checkpoint" },
  network: Network | undefined,
  weights: StartWeights,
  { store, runKey }: StartPlaces,
): Promise<Located> {
  const at = ["startFrom", "checkpoint"];
  const key = runKey(choice.runId);
  const run = key === undefined ? undefined : await store.get(key);
  if (!run) {
    return refuse(
      [...at, "runId"],
      `Cannot train with startFrom: no run has the ID '${choice.runId}'; it may have been deleted.`,
    );
  }
  const kept = choice.epoch === 0 ? keptStart(run) : keptCheckpoint(run, choice);
  if (!kept) return refuse([...at, ...placeOf(choice)], missing(run, choice));
  const { origin, file, sha256 } = kept;
  if (!await weights.has(run.id, file)) {
    return refuse(
      at,
      `Cannot train with startFrom: the file '${file}' of the run '${run.name}' is gone. Use another checkpoint.`,
    );
  }
  const arrays = [...weightShapes(run.spec.network)].map(([name, shape]) => ({ name, shape }));
  const problems = network ? weightsProblems(arrays, network, at) : [];
  if (problems.length > 0) return { problems };
  return { source: { kind: "stored", runId: run.id, file, sha256 }, origin };
}

/** A file of a run, and how its copy names its origin. */
interface KeptWeights {
  readonly file: string;
  readonly sha256: string;
  readonly origin: StartFrom;
}

function keptStart({ spec: { startFrom } }: Run): KeptWeights | undefined {
  return startFrom ? { file: START_FILE, sha256: startFrom.sha256, origin: startFrom } : undefined;
}

function keptCheckpoint(
  run: Run,
  choice: StartChoice & { readonly kind: "checkpoint" },
): KeptWeights | undefined {
  const checkpoint = findCheckpoint(run, choice);
  if (!checkpoint) return undefined;
  const { file, sha256, epoch, step, weightsEpoch } = checkpoint;
  const origin = {
    kind: "checkpoint",
    runId: run.id,
    epoch: weightsEpoch ?? epoch,
    step,
    sha256,
  } as const;
  return { file, sha256, origin };
}

function findCheckpoint(
  { spec, snapshot: { checkpoints } }: Run,
  { epoch, name }: StartChoice & { readonly kind: "checkpoint" },
): CheckpointInfo | undefined {
  if (name !== undefined) {
    return checkpoints.find((checkpoint) => checkpoint.file === name || checkpoint.name === name);
  }
  if (epoch === undefined) return checkpoints.at(-1);
  const step = epoch * stepsPerEpoch(spec);
  return checkpoints.findLast((checkpoint) => checkpoint.step === step);
}

function placeOf({ epoch, name }: StartChoice & { readonly kind: "checkpoint" }): Path {
  if (name !== undefined) return ["name"];
  return epoch === undefined ? ["runId"] : ["epoch"];
}

function missing(
  { name: runName, snapshot: { checkpoints } }: Run,
  { epoch, name }: StartChoice & { readonly kind: "checkpoint" },
): string {
  const action = "Cannot train with startFrom";
  if (epoch === 0) {
    return `${action}: the run '${runName}' began with random weights; epoch must be 1 or more.`;
  }
  if (checkpoints.length === 0) {
    return `${action}: the run '${runName}' has no checkpoint: none was saved yet, or all were deleted.`;
  }
  const epochs = [...new Set(checkpoints.map((checkpoint) => checkpoint.epoch))].join(", ");
  const what = name === undefined ? `of the end of epoch ${epoch}` : `'${name}'`;
  return `${action}: the run '${runName}' has no checkpoint ${what}, only of the epochs ${epochs}. ` +
    "Older checkpoints are deleted unless they have a name.";
}
