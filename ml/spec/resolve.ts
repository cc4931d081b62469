/** Turns a client's request into a complete spec: fills in the defaults, and checks every value. */
import { newSeed } from "../../data/random.ts";
import type { Augmentation } from "../augmentation/augmentations.ts";
import { augmentationProblems } from "../augmentation/check.ts";
import { type Network, type ShapedNetwork, smallestBatch } from "../network/network.ts";
import { show } from "../options/problem.ts";
import type { Problem } from "../options/problem.ts";
import { fieldDefinition, REQUEST_FIELDS } from "./fields.ts";
import { consistencyProblems, startingOptimizer, type TrainingParts } from "./consistency.ts";
import { memoryProblem } from "./memory.ts";
import { parseNetwork } from "./parse_network.ts";
import { parsePart } from "./parse_part.ts";
import { type Part, PARTS } from "./parts.ts";
import { DEFAULT_RECIPE, RECIPE_NAMES, RECIPES } from "./recipes.ts";
import { brokenRule } from "./value_rules.ts";
import {
  type DatasetShape,
  InvalidSpecError,
  samplesPerEpoch,
  SPEC_VERSION,
  specProblem,
  type TrainingRequest,
  type TrainingSpec,
} from "./spec.ts";

/** A checked spec whose seed is undefined if the request left it open. */
export type SpecDraft = Omit<TrainingSpec, "seed"> & { readonly seed: number | undefined };

/** The result of parsing a request: a draft of the spec, or every problem. */
export type ParsedRequest =
  | { readonly ok: true; readonly draft: SpecDraft }
  | {
    readonly ok: false;
    readonly problems: readonly [Problem, ...Problem[]];
    /** The network, if it has no problem itself. */
    readonly network: Network | undefined;
  };

/** The settings of a training whose network is not a recipe's. */
export const OWN_NETWORK = {
  loss: { kind: "crossEntropy", labelSmoothing: 0, classWeights: null },
  optimizer: { kind: "sgd", momentum: 0, dampening: 0, weightDecay: 0, nesterov: false },
  learningRate: 0.01,
  batchSize: 64,
  epochs: 10,
} as const;

/** The number of classes that the recipes were made for. */
const RECIPE_CLASSES = 10;

/**
 * Parses a request. Its values may be of any type.
 *
 * @param dataset the sizes and shapes of the request's dataset
 * @param like the network of the run that the request names
 */
export function parseRequest(
  request: TrainingRequest,
  dataset: DatasetShape,
  like?: Network,
): ParsedRequest {
  const problems: Problem[] = [];
  const isOwn = (request.network ?? undefined) !== undefined;
  // The defaults of an unknown recipe are those of the default one: only the recipe is reported.
  const name = RECIPE_NAMES.find((known) => known === request.recipe) ?? DEFAULT_RECIPE;
  const recipe = RECIPES[name];
  const settings = isOwn ? OWN_NETWORK : recipe;

  const values: Partial<Record<keyof TrainingSpec, unknown>> = {};
  for (const field of REQUEST_FIELDS) {
    if (field === "recipe" && isOwn) continue;
    const { rule, default: fallback } = fieldDefinition(field);
    const value = request[field] ?? fallback.of({ recipe: settings, size: dataset });
    values[field] = value;
    const broken = value === undefined ? undefined : brokenRule(rule, value, dataset);
    if (broken !== undefined) problems.push(specProblem(field, value, broken));
  }
  values.dataset = dataset.reference ?? values.dataset;

  const parts: Partial<Record<Part, unknown>> = {};
  for (const part of PARTS) parts[part] = parsePart(part, request[part], problems);
  const normalization = parts.normalization ?? undefined;
  const network = isOwn || !fitsRecipes(dataset)
    ? parseNetwork(request.network ?? { recipe: name }, dataset, normalization, problems, like)
    : { ...recipe.network, normalization: normalization ?? recipe.network.normalization };

  const augmentation = (parts.augmentation ?? []) as readonly Augmentation[];
  if (network) problems.push(...augmentationProblems(augmentation, network.inputShape));
  const { loss = null, optimizer = null, schedule, validationShare, earlyStopping = null } = parts;
  const related = {
    loss: loss ?? settings.loss,
    optimizer: optimizer ?? settings.optimizer,
    schedule,
    validationShare,
    earlyStopping,
  } as TrainingParts;
  problems.push(...consistencyProblems(related, network));
  const sizes = { ...values, validationShare };
  for (const problem of [singleSampleProblem(sizes), lastBatchProblem(network, sizes)]) {
    if (problem) problems.push(problem);
  }
  const [first, ...others] = problems;
  if (first !== undefined) {
    return { ok: false, problems: [first, ...others], network: network as Network | undefined };
  }
  // The rules have proved the type of every value.
  const draft = {
    version: SPEC_VERSION,
    ...values,
    recipe: isOwn ? null : name,
    network,
    loss: related.loss,
    optimizer: startingOptimizer(related.optimizer, related.schedule),
    schedule,
    warmup: parts.warmup,
    gradientClipNorm: parts.gradientClipNorm,
    validationShare,
    earlyStopping,
    augmentation,
    // The weights are found where runs and uploads are known.
    startFrom: null,
  } as SpecDraft;
  const tooLarge = memoryProblem(draft);
  return tooLarge
    ? { ok: false, problems: [tooLarge], network: draft.network }
    : { ok: true, draft };
}

/** Returns true for datasets of the form that the recipes were made for: they train as the recipes say. */
function fitsRecipes({ kind = "images", imageShape, classes }: DatasetShape): boolean {
  const { inputShape } = RECIPES[DEFAULT_RECIPE].network;
  return kind === "images" && (imageShape ?? inputShape).join() === inputShape.join() &&
    (classes?.length ?? RECIPE_CLASSES) === RECIPE_CLASSES;
}

function singleSampleProblem(
  { trainSamples, validationShare }: Partial<Record<keyof TrainingSpec, unknown>>,
): Problem | undefined {
  if (trainSamples !== 1 || validationShare === 0) return undefined;
  return {
    path: ["validationShare"],
    message: `Cannot train with validationShare ${
      show(validationShare)
    }: of a single training sample it must be 0.`,
  };
}

/**
 * Checks that no batch is too small for the network. PyTorch would train until the last batch of the first epoch and
 * fail then: batch norm cannot tell the variance of one value.
 */
function lastBatchProblem(
  network: ShapedNetwork | undefined,
  { batchSize, trainSamples, validationShare }: Partial<Record<keyof TrainingSpec, unknown>>,
): Problem | undefined {
  const least = network ? smallestBatch(network) : 1;
  const samples = samplesPerEpoch({
    trainSamples: Number(trainSamples),
    validationShare: Number(validationShare),
  });
  const last = samples % Number(batchSize) || Number(batchSize);
  if (least === 1 || last >= least || !Number.isInteger(last)) return undefined;
  return {
    path: ["batchSize"],
    message:
      `Cannot train with batchSize ${batchSize}: the last batch of an epoch must have ${least} samples or more ` +
      `for a batch norm with one value a channel, got ${last}.`,
  };
}

/** Completes a draft: a seed that was left open is drawn. */
export function completeSpec(draft: SpecDraft, drawSeed: () => number = newSeed): TrainingSpec {
  return { ...draft, seed: draft.seed ?? drawSeed() };
}

/**
 * Parses and completes a request.
 *
 * @throws {InvalidSpecError} with every problem of the request
 */
export function resolveSpec(
  request: TrainingRequest,
  dataset: DatasetShape,
  drawSeed: () => number = newSeed,
): TrainingSpec {
  const parsed = parseRequest(request, dataset);
  if (!parsed.ok) throw new InvalidSpecError(parsed.problems);
  return completeSpec(parsed.draft, drawSeed);
}
