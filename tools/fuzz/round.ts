/** Plays a round: sends a number of requests to one server, checks each response and finally the server's state. */
import fc from "fast-check";
import { getNamedType, type GraphQLSchema, isLeafType } from "graphql";
import { createPool, fieldsOf } from "./pool.ts";
import { LOOK_AROUND, requestsOf } from "./requests.ts";
import type { FuzzRequest, Kind } from "./request.ts";
import { send } from "./send.ts";
import type { Memory } from "./serve.ts";
import { showRequest } from "./show_request.ts";
import type { Stage } from "./stage.ts";
import { judge, type Verdict } from "./verdict.ts";

/** Inputs of a round. */
export interface RoundOptions {
  readonly schema: GraphQLSchema;
  readonly stage: Stage;
  /** Random seed: the same seed generates the same requests. */
  readonly seed: number;
  /** Number of requests. */
  readonly operations: number;
  /** Receives the number of finished requests. */
  readonly onProgress?: (done: number) => void;
}

/** Results of the requests of one kind. */
export interface KindTally {
  readonly sent: number;
  /** Number of executed operations. */
  readonly executed: number;
  /** Number of those that returned data. */
  readonly answered: number;
}

const NONE: KindTally = { sent: 0, executed: 0, answered: 0 };

/** Result of a round. */
export interface RoundResult {
  /** Faults, each with the request that shows it. */
  readonly failures: readonly string[];
  readonly kinds: ReadonlyMap<Kind, KindTally>;
  /** Number of results with each error code. */
  readonly codes: ReadonlyMap<string, number>;
  /** Number of leaf fields, and those that no result contained. */
  readonly fields: number;
  readonly unanswered: readonly string[];
  readonly seconds: number;
  /** The server's memory after the warm-up and at the end. */
  readonly memory: { readonly warm: Memory; readonly end: Memory };
}

/** Fraction of a round that is warm-up: caches fill, code is compiled. */
const WARM_UP = 0.4;

/** Maximum growth of used memory after the warm-up, in bytes: after 200 requests, caches grow by another 10 MB. */
const MAX_GROWTH = 32 * 1024 * 1024;

/** Maximum growth of resident memory in bytes; before that many requests, threads still start that use about 200 MB. */
const MAX_RESIDENT_GROWTH = { requests: 4000, early: 512 * 1024 * 1024, late: 100 * 1024 * 1024 };

/** Longest time for which subscriptions may stay open after their clients have left. */
const CLOSING_MS = 10_000;

/** Time limit of the search for smaller failing requests. */
const SHRINKING_MS = 60_000;

/** Plays a round. It ends with the first wrong response. */
export async function playRound(options: RoundOptions): Promise<RoundResult> {
  const { schema, stage, seed, operations, onProgress } = options;
  const pool = createPool();
  const kinds = new Map<Kind, KindTally>();
  const codes = new Map<string, number>();
  const unanswered = new Set(
    fieldsOf(schema, (_, { type }) => isLeafType(getNamedType(type))),
  );
  const fields = unanswered.size;
  const onValue = (source: string, value: unknown) => {
    unanswered.delete(source);
    pool.note(source, value);
  };
  const count = (kind: Kind, { outcome, codes: own }: Verdict) => {
    const { sent, executed, answered } = kinds.get(kind) ?? NONE;
    kinds.set(kind, {
      sent: sent + 1,
      executed: executed + (outcome === "refused" ? 0 : 1),
      answered: answered + (outcome === "answered" ? 1 : 0),
    });
    for (const code of own) codes.set(code, (codes.get(code) ?? 0) + 1);
  };

  const startedAt = performance.now();
  let done = 0;
  let before: FuzzRequest | undefined;
  let failure: Failure | undefined;
  let warm = await stage.memory();
  judge(LOOK_AROUND, await send(stage.origin, LOOK_AROUND), { schema, onValue });
  const property = fc.asyncProperty(requestsOf(schema), async (draft) => {
    if (failure && performance.now() > failure.at + SHRINKING_MS) return;
    const heard = stage.complaints().length;
    const request = draft(pool);
    const verdict = judge(request, await send(stage.origin, request), { schema, onValue });
    const [complaint] = stage.complaints().slice(heard);
    const objection = verdict.objection ??
      (complaint === undefined ? undefined : `the server must not complain, got ${complaint}`);
    if (objection !== undefined) {
      failure = { at: performance.now(), before, ...failure, request, objection };
      throw new Error(objection);
    }
    if (failure) return;
    before = request;
    count(request.kind, verdict);
    done++;
    onProgress?.(done);
    if (done === Math.round(operations * WARM_UP)) warm = await stage.memory();
  });
  await fc.check(property, { seed, numRuns: operations });

  const seconds = (performance.now() - startedAt) / 1000;
  const failures = failure ? [describe(failure, done + 1, stage.complaints())] : [];
  const result = { failures, kinds, codes, fields, unanswered: [...unanswered], seconds };
  if (!stage.isAlive()) {
    failures.push(`The server must live, got its end.\n${stage.complaints().join("\n")}`);
    return { ...result, memory: { warm, end: warm } };
  }
  const open = await openAtEnd(stage);
  if (open > 0) failures.push(`Nothing may stay open when clients have gone, got ${open}.`);
  const end = await stage.memory();
  // A failure may end the round before the warm-up.
  if (!failure) {
    failures.push(
      ...growthOf("hold", end.used - warm.used, MAX_GROWTH),
      ...growthOf(
        "take",
        end.resident - warm.resident,
        done < MAX_RESIDENT_GROWTH.requests ? MAX_RESIDENT_GROWTH.early : MAX_RESIDENT_GROWTH.late,
      ),
      ...stage.complaints().map((line) => `The server must not complain, got ${line}`),
    );
  }
  return { ...result, memory: { warm, end } };
}

interface Failure {
  readonly at: number;
  readonly request: FuzzRequest;
  /** The request before the first failing one, since a server's complaint can come late. */
  readonly before: FuzzRequest | undefined;
  readonly objection: string;
}

function describe(
  { request, before, objection }: Failure,
  number: number,
  complaints: readonly string[],
): string {
  return [
    `Request ${number}: ${objection}`,
    `The smallest that shows it:\n${showRequest(request)}`,
    ...(before ? [`Before the first that showed it:\n${showRequest(before)}`] : []),
    ...(complaints.length > 0 ? [`The server's log:\n${complaints.slice(0, 5).join("\n")}`] : []),
  ].join("\n\n");
}

function growthOf(verb: string, growth: number, most: number): readonly string[] {
  if (growth <= most) return [];
  return [
    `The server must ${verb} at most ${most} bytes more than when it was warm, got ${growth} more.`,
  ];
}

/** Counts the open subscriptions and sockets of a server after all clients have left. */
async function openAtEnd(stage: Stage): Promise<number> {
  const deadline = performance.now() + CLOSING_MS;
  let open = await stage.open();
  while (open > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    open = await stage.open();
  }
  return open;
}
