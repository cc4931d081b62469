/** Several trainings, one after the other, and the table that compares them at the end. */
import { lossText, percent } from "../../lib/format.ts";
import { isFinished } from "../../runs/log/state.ts";
import { guessingWarning } from "../../runs/log/guessing.ts";
import type { Run } from "../../runs/log/run.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { toneOf } from "../runs/state.ts";
import { type Column, tableLines } from "../runs/table.ts";
import { duration } from "../terminal/format.ts";
import { noteLine } from "../terminal/output.ts";
import { type Terminal, tint } from "../terminal/terminal.ts";
import { DONE } from "./conclude.ts";
import type { SweptFlags } from "./parsed_flags.ts";

/** The end of one training: its exit code and its run, if it was stored. */
export interface OneEnded {
  readonly code: number;
  readonly runId: string | undefined;
}

/** A training that was started. */
export interface Compared extends OneEnded {
  readonly text: string;
}

/** Exit codes from this one on are those of signals, which end all trainings. */
const FIRST_SIGNAL = 128;

/**
 * Carries out trainings until the last one, or an interrupt. One that fails does not keep the others from being
 * trained.
 *
 * @param train trains one; `at` is its number from 0
 */
export async function trainEach(
  trainings: readonly SweptFlags[],
  terminal: Terminal,
  train: (one: SweptFlags, at: number) => Promise<OneEnded>,
): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  for (const [at, one] of trainings.entries()) {
    const head = `Training ${at + 1} of ${trainings.length}: ${one.text}`;
    noteLine(`${at === 0 ? "" : "\n"}${tint(terminal, "bold", head)}`);
    const ended = await train(one, at);
    compared.push({ ...ended, text: one.text });
    if (ended.code > FIRST_SIGNAL) break;
  }
  const left = trainings.length - compared.length;
  if (left > 0) noteLine(`${left} more ${left === 1 ? "was" : "were"} not started.`);
  return compared;
}

/** Returns the exit code of trainings: that of the signal that ended them, or of the first that was not completed. */
export function exitCodeOf(compared: readonly Compared[]): number {
  const codes = compared.map(({ code }) => code);
  return codes.find((code) => code > FIRST_SIGNAL) ?? codes.find((code) => code !== DONE) ?? DONE;
}

/** Prints the trainings as a table. */
export async function printComparison(
  store: RunStore,
  compared: readonly Compared[],
  terminal: Terminal,
): Promise<void> {
  const rows: Row[] = [];
  for (const { text, runId } of compared) {
    const run = runId === undefined ? undefined : await store.get(runId);
    if (run) rows.push({ text, run });
  }
  if (rows.length < 2) return;
  const best = Math.max(...rows.map(({ run }) => run.snapshot.bestTestAcc ?? 0));
  const columns: readonly Column<Row>[] = [
    { head: "RUN", value: ({ text }) => text },
    {
      head: "BEST TEST ACC",
      value: ({ run }) => percentOf(run.snapshot.bestTestAcc),
      right: true,
      tone: ({ run }) => run.snapshot.bestTestAcc === best ? "green" : undefined,
    },
    {
      head: "LAST TEST ACC",
      value: ({ run }) => percentOf(run.snapshot.lastEpoch?.testAcc ?? null),
      right: true,
    },
    {
      head: "LAST TEST LOSS",
      value: ({ run: { snapshot: { lastEpoch } } }) =>
        lastEpoch ? lossText(lastEpoch.testLoss) : "–",
      right: true,
    },
    { head: "TIME", value: ({ run }) => timeOf(run), right: true },
    {
      head: "STATE",
      value: ({ run }) =>
        guessingWarning(run) === null ? run.snapshot.state : `${run.snapshot.state}, chance level`,
      tone: ({ run }) => guessingWarning(run) === null ? toneOf(run.snapshot.state) : "yellow",
    },
  ];
  noteLine("");
  const canvas = { isTerminal: true, terminal, columns: Infinity };
  for (const line of tableLines(rows, columns, canvas)) noteLine(line);
  noteLine(
    `Compare their curves: deno task runs plot ${
      rows.map(({ run }) => run.id).join(" ")
    } --out comparison.svg, or Compare on the page.`,
  );
}

interface Row {
  readonly text: string;
  readonly run: Run;
}

function percentOf(fraction: number | null): string {
  return fraction === null ? "–" : percent(fraction);
}

function timeOf({ snapshot: { state, startedAt, endedAt } }: Run): string {
  if (startedAt === null || endedAt === null || !isFinished(state)) return "–";
  return duration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
}
