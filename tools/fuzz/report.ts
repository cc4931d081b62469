/** Formats the result of a round for people. */
import { KINDS } from "./request.ts";
import type { KindTally, RoundResult } from "./round.ts";

/** The share of requests that were carried out: a round of refusals proves little. */
export function shareExecuted({ kinds }: Pick<RoundResult, "kinds">): number {
  const { sent, executed } = total(kinds.values());
  return sent === 0 ? 0 : executed / sent;
}

/** The report, some lines. */
export function report(result: RoundResult): string {
  const { kinds, codes, fields, unanswered, seconds, memory } = result;
  const all = total(kinds.values());
  const row = (title: string, { sent, executed, answered }: KindTally) =>
    `  ${title.padEnd(38)}${String(sent).padStart(6)}` +
    [executed, answered].map((count) => percent(count / sent).padStart(10)).join("");
  const { warm, end } = memory;
  return [
    `${" ".repeat(40)}  sent  executed  with data`,
    ...Object.entries(KINDS).flatMap(([kind, { title }]) => {
      const tally = kinds.get(kind as keyof typeof KINDS);
      return tally ? [row(title, tally)] : [];
    }),
    row("all", all),
    `Codes of errors: ${
      [...codes].toSorted(([, one], [, other]) => other - one)
        .map(([code, count]) => `${count} ${code}`).join(", ") || "none"
    }`,
    `Fields answered: ${fields - unanswered.length} of ${fields}${
      unanswered.length === 0 ? "" : `; not ${unanswered.slice(0, 10).join(", ")}`
    }${unanswered.length > 10 ? ", …" : ""}`,
    `Requests a second: ${Math.round(all.sent / seconds)}`,
    `The server's memory, warm and at the end: ${mega(warm.used)} and ${mega(end.used)} in use, ` +
    `${mega(warm.resident)} and ${mega(end.resident)} resident`,
  ].join("\n");
}

function total(tallies: Iterable<KindTally>): KindTally {
  let [sent, executed, answered] = [0, 0, 0];
  for (const tally of tallies) {
    sent += tally.sent;
    executed += tally.executed;
    answered += tally.answered;
  }
  return { sent, executed, answered };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function mega(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
