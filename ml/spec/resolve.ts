/** Turns a client's request into a complete spec: fills in the defaults, and checks every value. */
import { newSeed } from "../../data/random.ts";
import { fieldDefinition, REQUEST_FIELDS } from "./fields.ts";
import { DEFAULT_RECIPE, PRESETS, RECIPES } from "./presets.ts";
import { brokenRule } from "./rules.ts";
import {
  type DatasetSize,
  InvalidSpecError,
  SPEC_VERSION,
  type SpecProblem,
  specProblem,
  type TrainingRequest,
  type TrainingSpec,
} from "./spec.ts";

/** A checked spec whose seed is undefined if the request left it open. */
export type SpecDraft = Omit<TrainingSpec, "seed"> & { readonly seed: number | undefined };

/** The result of parsing a request: a draft of the spec, or every problem. */
export type ParsedRequest =
  | { readonly ok: true; readonly draft: SpecDraft }
  | { readonly ok: false; readonly problems: readonly [SpecProblem, ...SpecProblem[]] };

/**
 * Parses a request. Its values may be of any type.
 *
 * @param size the sizes of the request's dataset
 */
export function parseRequest(request: TrainingRequest, size: DatasetSize): ParsedRequest {
  // The defaults of an unknown recipe are those of the default one: only the recipe is reported.
  const recipe = RECIPES.find((name) => name === request.recipe) ?? DEFAULT_RECIPE;
  const preset = PRESETS[recipe];
  const { network, optimizer } = preset;
  const values: Partial<Record<keyof TrainingSpec, string | number | undefined>> = {};
  const problems: SpecProblem[] = [];
  for (const field of REQUEST_FIELDS) {
    const { rule, default: fallback } = fieldDefinition(field);
    const value = request[field] ?? fallback.of({ preset, size });
    values[field] = value;
    const broken = value === undefined ? undefined : brokenRule(rule, value, size);
    if (broken !== undefined) problems.push(specProblem(field, value, broken));
  }
  const [first, ...others] = problems;
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  // The rules have proved the type of every value.
  const draft = { version: SPEC_VERSION, network, optimizer, ...values } as SpecDraft;
  return { ok: true, draft };
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
  size: DatasetSize,
  drawSeed: () => number = newSeed,
): TrainingSpec {
  const parsed = parseRequest(request, size);
  if (!parsed.ok) throw new InvalidSpecError(parsed.problems);
  return completeSpec(parsed.draft, drawSeed);
}
