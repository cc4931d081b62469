/**
 * Mutations of `deno task runs`: `pause`, `resume`, `cancel`, `rename`, `tag`, `note`, `keep`, `release`
 * and `delete`, on one run after the other.
 */
import { count } from "../../lib/format.ts";
import { noteLine, printLine } from "../terminal/output.ts";
import { RefusedError, UsageError } from "./errors.ts";
import { findRun, type FoundRun } from "./find_run.ts";
import {
  CANCEL,
  type CheckpointChoice,
  DELETE,
  NAME_CHECKPOINT,
  PAUSE,
  RESUME,
  UPDATE,
  type UpdateRunInput,
} from "./operations.ts";
import { shortId } from "./run_id.ts";
import type { Server } from "./server.ts";
import { stateText } from "./state.ts";

/** A change to runs. */
export type Change =
  | { readonly kind: "pause" | "cancel"; readonly runs: readonly string[] }
  | { readonly kind: "resume"; readonly runs: readonly string[]; readonly epochs: number | null }
  | { readonly kind: "update"; readonly runs: readonly string[]; readonly input: UpdateRunInput }
  | {
    readonly kind: "keep";
    readonly runs: readonly string[];
    readonly name: string | null;
    readonly which: CheckpointChoice;
  }
  | { readonly kind: "delete"; readonly runs: readonly string[]; readonly yes: boolean };

/** Asks the user for confirmation; undefined without a terminal. */
export type Ask = ((question: string) => boolean) | undefined;

/**
 * Changes each run. A refusal of one does not keep the others from being changed.
 *
 * @returns true if all were changed
 * @throws {UsageError} if a run cannot be found: then none is changed
 */
export async function changeRuns(server: Server, change: Change, ask: Ask): Promise<boolean> {
  if (change.kind === "delete" && !change.yes && !ask) {
    throw new UsageError(
      "Not a terminal: pass --yes to delete without confirmation.",
    );
  }
  const found = [];
  for (const reference of change.runs) found.push(await findRun(server, reference));
  const runs = [...new Map(found.map((run) => [run.id, run])).values()];
  let areAllDone = true;
  for (const run of runs) {
    try {
      if (!await changeRun(server, run, change, ask)) areAllDone = false;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      noteLine(error.message);
      areAllDone = false;
    }
  }
  return areAllDone;
}

/** @returns true if the run was changed */
async function changeRun(
  server: Server,
  { id, name }: FoundRun,
  change: Change,
  ask: Ask,
): Promise<boolean> {
  const shown = `'${name}' (${shortId(id)})`;
  switch (change.kind) {
    case "pause":
    case "cancel": {
      const { changed } = await server.ask(change.kind === "pause" ? PAUSE : CANCEL, { id });
      printLine(`${shown} is ${stateText(changed.run.state)}.`);
      return true;
    }
    case "resume": {
      const { changed } = await server.ask(RESUME, { id, epochs: change.epochs });
      printLine(`${shown} is ${stateText(changed.run.state)}.`);
      return true;
    }
    case "update": {
      const { updateRun: { run } } = await server.ask(UPDATE, { id, input: change.input });
      const { name, tags } = change.input;
      if (name !== undefined) printLine(`${shown} is now '${run.name}'.`);
      else if (tags !== undefined) {
        printLine(`${shown} has the tags: ${run.tags.join(", ") || "–"}`);
      } else printLine(`${shown} has ${run.note === null ? "no note" : "the note"}.`);
      return true;
    }
    case "keep": {
      const { name } = change;
      const { changed } = await server.ask(NAME_CHECKPOINT, { id, name, ...change.which });
      const kept = changed.run.checkpoints.find((checkpoint) => checkpoint.name === name?.trim());
      const names = changed.run.checkpoints.flatMap(({ name }) => name ?? []);
      printLine(
        kept
          ? `${shown} keeps its checkpoint of step ${count(kept.step)} as '${kept.name}'.`
          : `${shown} keeps by name: ${names.join(", ") || "–"}`,
      );
      return true;
    }
    case "delete":
      if (
        !change.yes && !ask?.(`Delete ${shown} with its log and checkpoints? This can't be undone.`)
      ) {
        noteLine(`${shown} is kept.`);
        return false;
      }
      await server.ask(DELETE, { id });
      printLine(`${shown} is deleted.`);
      return true;
    default:
      return change satisfies never;
  }
}
