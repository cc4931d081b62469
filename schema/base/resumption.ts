/**
 * Resumption of a subscription after its last event that the client has received. The server gives each event an id,
 * which a client sends back when it reconnects: as server-sent events do with `id` and Last-Event-ID.
 */
import type { Run } from "../../runs/log/run.ts";
import { isFinished } from "../../runs/log/state.ts";
import { badInput } from "./errors.ts";
import { noSuchRun } from "./global_id.ts";
import type { ApiContext } from "./context.ts";

/** Numbering of a subscription's events: by `seq` in the run's log, or by training step. */
export type Numbering = "seq" | "step";

/** Place to resume at. */
export interface ResumePoint {
  /** Key of the run in the store. */
  readonly runId: string;
  /** Number of the last event received. */
  readonly after: number;
}

const ID = /^(seq|step):([\x21-\x39\x3b-\x7e]{1,100}):(\d{1,15})$/;

/** Id of a subscription's end. Nothing comes after it, also where no event came before. */
export const END_ID = "end";

/** Returns the id of a subscription's event; undefined if its subscription cannot be resumed. */
export function eventId(event: object): string | undefined {
  const { runId, seq, step } = event as Partial<Record<"runId" | "seq" | "step", unknown>>;
  if (typeof runId !== "string") return undefined;
  if (typeof seq === "number") return `seq:${runId}:${seq}`;
  return typeof step === "number" ? `step:${runId}:${step}` : undefined;
}

/** Subscription that may be resumed. */
export interface Resumable {
  readonly numbering: Numbering;
  /** Key of the run that the client names. */
  readonly runId: string | undefined;
  /** Completes 'Cannot …'. */
  readonly purpose: string;
  /** Returns whether a finished run has more events for this subscription. */
  hasMore(run: Run, after: number): boolean | Promise<boolean>;
}

/**
 * Returns where a subscription is to resume; undefined if it starts anew.
 *
 * @throws {GraphQLError} BAD_USER_INPUT if the id is of another run or subscription, NOT_FOUND if its run was deleted
 */
export async function resumePoint(
  { store, resumption }: ApiContext,
  { numbering, runId, purpose, hasMore }: Resumable,
): Promise<ResumePoint | undefined> {
  if (!resumption) return undefined;
  const { lastEventId } = resumption;
  const [, kind, key = "", number = ""] = ID.exec(lastEventId) ?? [];
  if (kind !== numbering || (runId !== undefined && key !== runId)) {
    throw badInput(
      `Cannot ${purpose}: Last-Event-ID must be the id of an event of this subscription and run, ` +
        `got '${lastEventId.slice(0, 100)}'. Leave it out to start anew.`,
      ["lastEventId"],
    );
  }
  const run = await store.get(key);
  if (!run) throw noSuchRun(purpose, key);
  const after = Number(number);
  resumption.isComplete = isFinished(run.snapshot.state) && !await hasMore(run, after);
  return { runId: key, after };
}
