/** Reads the input of a training: its draft, or every problem with its path. */
import {
  type DatasetInfo,
  datasetNames,
  DEFAULT_DATASET,
  trainableDatasets,
} from "../../data/catalog.ts";
import { DatasetError } from "../../data/errors.ts";
import type { Network } from "../../ml/network/network.ts";
import { engineFor } from "../../ml/spec/engine_choice.ts";
import { parseRequest, type SpecDraft } from "../../ml/spec/resolve.ts";
import type { TrainingRequest } from "../../ml/spec/spec.ts";
import { DESCRIPTION_LIMITS, MAX_KEY_LENGTH } from "../../runs/log/description.ts";
import { findStart, type FoundStart } from "../../runs/reading/find_start.ts";
import { missingDevice } from "../../runs/store/placement.ts";
import type { ApiContext } from "../base/context.ts";
import type { ArgumentPath, ArgumentProblem } from "../base/errors.ts";
import { noSuchRun, runKey } from "../base/global_id.ts";
import { findUpload } from "../upload/find_upload.ts";
import { describe } from "../dataset/find_dataset.ts";
import { line } from "../base/validators.ts";

const purpose = "train";

/** The input as clients send it. */
export interface RawTrainingInput extends TrainingRequest {
  readonly name?: string | null;
  readonly idempotencyKey?: string | null;
}

/** The input, parsed, with every default but the seed. */
export interface TrainingInput {
  readonly name: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly draft: SpecDraft;
  /** The weights to begin with; undefined for random ones. */
  readonly start: FoundStart | undefined;
}

/** The result of reading an input. */
export type ReadInput =
  | { readonly ok: true; readonly input: TrainingInput }
  | { readonly ok: false; readonly problems: readonly [ArgumentProblem, ...ArgumentProblem[]] };

/**
 * Reads the input of a training.
 *
 * @throws {GraphQLError} NOT_FOUND if it names a run that is not there
 */
export async function readTrainingInput(
  input: RawTrainingInput | null | undefined,
  context: Pick<
    ApiContext,
    "store" | "device" | "engine" | "uploads" | "weights" | "viewer" | "imports"
  >,
): Promise<ReadInput> {
  const { store, device } = context;
  const { name = null, idempotencyKey = null, ...request } = input ?? {};
  const problems: ArgumentProblem[] = [];
  const at = (...path: ArgumentPath) => ["input", ...path];
  const like = await findNetwork(request.network, { store });
  const dataset = await findDataset(request.dataset ?? DEFAULT_DATASET, context);
  // Nothing else can be checked without the dataset's form.
  if (typeof dataset === "string") {
    return { ok: false, problems: [{ path: at("dataset"), message: dataset }] };
  }
  const parsed = parseRequest(request, dataset, like);
  if (!parsed.ok) {
    problems.push(...parsed.problems.map(({ path, message }) => ({ path: at(...path), message })));
  }
  const network = parsed.ok ? parsed.draft.network : parsed.network;
  const start = await findStart(request.startFrom, network, {
    store,
    weights: context.weights,
    runKey,
    openFile: (id) => findUpload(context, id),
  });
  problems.push(...start.problems.map(({ path, message }) => ({ path: at(...path), message })));
  for (const [field, value, max] of texts(name, idempotencyKey)) {
    const { error } = line(purpose, field, max).nullable().safeParse(value);
    if (error) {
      const message = error.issues.map((issue) => issue.message).join(" ");
      problems.push({ path: at(field), message });
    }
  }
  const requested = request.device ?? "AUTO";
  const chosen = requested === "AUTO" ? device ?? "AUTO" : requested;
  const missing = chosen === "AUTO" ? undefined : missingDevice(chosen, await store.workers());
  if (missing !== undefined) problems.push({ path: at("device"), message: missing });

  const [first, ...others] = problems;
  if (first || !parsed.ok) {
    if (!first) throw new TypeError("A request that cannot be parsed must have a problem.");
    return { ok: false, problems: [first, ...others] };
  }
  const engine = engineFor(parsed.draft.engine, chosen, context.engine);
  const draft = { ...parsed.draft, device: chosen, engine };
  return {
    ok: true,
    input: {
      name: name?.trim(),
      idempotencyKey: idempotencyKey ?? undefined,
      draft,
      start: start.found,
    },
  };
}

/** Describes a dataset that can be trained on, or explains why it cannot. */
async function findDataset(
  reference: string,
  context: Pick<ApiContext, "imports">,
): Promise<DatasetInfo | string> {
  const isUntrainable = datasetNames.some((name) => name === reference) &&
    !trainableDatasets.some((name) => name === reference);
  try {
    const info = isUntrainable ? undefined : await describe(reference, context);
    if (info) return info;
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    return error.message;
  }
  const imported = await context.imports?.list() ?? [];
  const unready = imported.find(({ kind, name }) => kind === "import" && name === reference);
  if (unready?.kind === "import") {
    return `Cannot train with dataset '${reference}': its import must have ended as READY, got ${unready.state.state}.`;
  }
  const names = imported.flatMap(({ kind, name }) => kind === "ready" ? [name] : []);
  return `Cannot train with dataset '${reference}': dataset must be one of ${
    [...trainableDatasets, ...names].join(", ")
  }.`;
}

function texts(name: string | null, idempotencyKey: string | null) {
  return [
    ["name", name, DESCRIPTION_LIMITS.name],
    ["idempotencyKey", idempotencyKey, MAX_KEY_LENGTH],
  ] as const;
}

/** Finds the network of the run that a request names, if it names one. */
async function findNetwork(
  network: unknown,
  { store }: Pick<ApiContext, "store">,
): Promise<Network | undefined> {
  const { like } = (network ?? {}) as { readonly like?: unknown };
  const key = typeof like === "string" ? runKey(like) : undefined;
  if (key === undefined) return undefined;
  const run = await store.get(key);
  if (!run) throw noSuchRun(purpose, key);
  return run.spec.network;
}
