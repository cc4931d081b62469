/** Checks that every acknowledged request has exactly one run. */
import type { Run } from "../../runs/log/run.ts";
import { type Findings, look, together } from "./invariants.ts";

/** A request for a run. */
export interface Asked {
  /** Name of the run, unique among the requests. */
  readonly name: string;
  /** The run's id, if the request was answered. */
  readonly id?: string;
}

/** Compares all runs of a store with all requests. */
export function checkRequests(asked: readonly Asked[], runs: readonly Run[]): Findings {
  const names = new Set(asked.map(({ name }) => name));
  const ids = new Set(runs.map(({ id }) => id));
  return together(
    look("acknowledged", function* () {
      for (const { name, id } of asked) {
        if (id !== undefined && !ids.has(id)) {
          yield `'${name}' was answered with ${id}, which is gone`;
        }
      }
    }),
    look("doubled", function* () {
      const found = new Set<string>();
      for (const { name } of runs) {
        if (found.has(name)) yield `there are two runs '${name}'`;
        if (!names.has(name)) yield `nobody has asked for the run '${name}'`;
        found.add(name);
      }
    }),
  );
}
