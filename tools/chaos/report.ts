/** Collects the actions and findings of the chaos in one report. */
import type { RunEvent } from "../../runs/log/event.ts";
import { type Findings, type Invariant, INVARIANTS } from "./invariants.ts";
import { describePlan, type Plan, type StrikeKind, STRIKES } from "./plan.ts";

/** A failure. */
export interface Failure {
  readonly store: string;
  readonly seed: number;
  /** The round or proof. */
  readonly round?: number;
  readonly proof?: string;
  readonly plan?: string;
  readonly what: string;
  /** Last lines of the logs. */
  readonly said: string;
}

/** Counters of the chaos. */
export interface Tally {
  /** Counts a round. */
  round(store: string, plan: Plan): void;
  strike(kind: StrikeKind): void;
  /** Counts a strike that came too late or had no target. */
  miss(): void;
  /** Counts the claims of a run and its resume points. */
  attempts(events: readonly RunEvent[]): void;
  add(findings: Findings): void;
  /** Adds another line. */
  note(line: string): void;
  fail(failure: Failure): void;
  readonly failures: readonly Failure[];
  /** Returns the number of rounds played. */
  rounds(): number;
  /** Returns the report. */
  text(): string;
}

/** @param log receives a line for each event */
export function createTally(log: (line: string) => void): Tally {
  const startedAt = performance.now();
  const rounds = new Map<string, number>();
  const strikes = new Map<StrikeKind, number>();
  const checked = new Map<Invariant, number>();
  const violated = new Map<Invariant, number>();
  const attempts = { first: 0, fromStart: 0, fromCheckpoint: 0 };
  let missed = 0;
  const notes: string[] = [];
  const failures: Failure[] = [];
  const minutes = () => `${((performance.now() - startedAt) / 60_000).toFixed(1)} min`;
  return {
    failures,
    round(store, plan) {
      count(rounds, store);
      log(`${minutes()}  ${store} round ${plan.round}: ${describePlan(plan)}`);
    },
    strike: (kind) => count(strikes, kind),
    miss: () => void missed++,
    attempts(events) {
      let checkpoints = 0;
      for (const event of events) {
        if (event.type === "checkpoint") checkpoints++;
        if (event.type === "checkpointRemoved") checkpoints--;
        if (event.type !== "claimed") continue;
        if (event.attempt === 1) attempts.first++;
        else if (checkpoints === 0) attempts.fromStart++;
        else attempts.fromCheckpoint++;
      }
    },
    add(findings) {
      for (const invariant of findings.checked) count(checked, invariant);
      for (const { invariant } of findings.violations) count(violated, invariant);
    },
    note(line) {
      notes.push(line);
      log(`${minutes()}  ${line}`);
    },
    fail(failure) {
      failures.push(failure);
      log(`FAILED ${describeFailure(failure)}\n${failure.said}`);
    },
    rounds: () => [...rounds.values()].reduce((sum, count) => sum + count, 0),
    text() {
      const played = [...rounds].map(([store, count]) => `${count} rounds on ${store}`);
      const number = (count: number) => String(count).padStart(6);
      const lines = [
        `Chaos: ${played.join(", ") || "no rounds"}; ${minutes()}`,
        ...notes.map((note) => `  ${note}`),
        ...(rounds.size === 0 ? [] : [
          "Strikes:",
          ...[...strikes].map(([kind, count]) => `${number(count)}  ${STRIKES[kind]}`),
          `${number(missed)}  came too late, or found nothing to strike`,
          `Attempts: ${attempts.first} first ones, ${attempts.fromCheckpoint} that went on from a ` +
          `checkpoint, ${attempts.fromStart} that began again`,
        ]),
        "How often it was checked, and how often it did not hold:",
        ...[...checked].map(([invariant, count]) =>
          `${number(count)} ${number(violated.get(invariant) ?? 0)}  ${INVARIANTS[invariant]}`
        ),
        failures.length === 0 ? "No failures." : `${failures.length} failures:`,
        ...failures.map((failure) => `  ${describeFailure(failure)}`),
      ];
      return lines.join("\n");
    },
  };
}

function describeFailure({ store, seed, round, proof, plan, what }: Failure): string {
  const again = round !== undefined
    ? `--round ${round}`
    : proof !== undefined
    ? `--proof ${proof}`
    : "";
  return `${what}${plan === undefined ? "" : ` [${plan}]`}\n    ` +
    `again with: deno task chaos --seed ${seed} --store ${store} ${again}`;
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
