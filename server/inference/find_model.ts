/** Models of the Open Inference Protocol: runs by their id or name, and versions by the epoch of a checkpoint. */
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import type { Run } from "../../runs/log/run.ts";
import { eachRun } from "../../runs/reading/each_run.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { findRun } from "../files/find_run.ts";
import { conflict, notFound } from "../../schema/base/errors.ts";
import { badRequest } from "./errors.ts";

/** Most ids that an ambiguous name's refusal lists. */
const MAX_LISTED = 10;

/**
 * Finds a run by its id, as the store or the API has it, or by its name.
 *
 * @throws {GraphQLError} NOT_FOUND if there is none, CONFLICT if several have the name
 */
export async function findModel(store: RunStore, name: string): Promise<Run> {
  const run = await findRun(store, name);
  if (run) return run;
  const found: Run[] = [];
  for await (const run of eachRun(store, { search: name })) {
    if (run.name === name) found.push(run);
    if (found.length > MAX_LISTED) break;
  }
  const [only, ...others] = found;
  if (!only) {
    throw notFound(
      `Cannot find the model: it must be the id or the name of a run, got '${name.slice(0, 100)}'.`,
    );
  }
  if (others.length === 0) return only;
  const ids = found.slice(0, MAX_LISTED).map(({ id }) => id).join(", ");
  throw conflict(
    `Cannot find the model: the name must belong to one run, got '${name}' of the runs ${ids}` +
      `${found.length > MAX_LISTED ? " and more" : ""}. Use an id.`,
  );
}

/** Lists the epochs whose ends have a checkpoint. */
export function versionsOf({ spec, snapshot }: Run): readonly string[] {
  const steps = stepsPerEpoch(spec);
  const epochs = snapshot.checkpoints.filter(({ step }) => step > 0 && step % steps === 0)
    .map(({ step }) => step / steps);
  return [...new Set(epochs)].sort((a, b) => a - b).map(String);
}

/**
 * Reads a version.
 *
 * @throws {GraphQLError} BAD_USER_INPUT if it is no number of an epoch
 */
export function readVersion(version: string | undefined): number | null {
  if (version === undefined) return null;
  if (/^[1-9]\d{0,8}$/.test(version)) return Number(version);
  throw badRequest(
    `the version must be the number of an epoch from 1, got '${version.slice(0, 40)}'.`,
  );
}
