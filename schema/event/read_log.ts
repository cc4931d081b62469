/** Whole answers from a run's log, read a piece at a time. */
import type { RunEvent } from "../../runs/log/event.ts";
import type { RunStore } from "../../runs/store/store.ts";

type Level = RunEvent<"log">["level"];

const PIECE = 1000;

/** Every epoch of a run, from the first. */
export async function readEpochs(
  store: RunStore,
  runId: string,
): Promise<readonly RunEvent<"epoch">[]> {
  const epochs: RunEvent<"epoch">[] = [];
  for (let afterSeq = 0;;) {
    const piece = await store.read(runId, { afterSeq, limit: PIECE, types: ["epoch"] });
    epochs.push(...piece.filter((event) => event.type === "epoch"));
    const last = piece.at(-1);
    if (!last || piece.length < PIECE) return epochs;
    afterSeq = last.seq;
  }
}

/** Levels of log lines, the least severe first. */
const LEVELS: readonly Level[] = ["info", "warning", "error"];

/**
 * The last lines of a run's log.
 *
 * @param options.level the least level of them
 * @returns in the order of the log
 */
export async function readLogLines(
  store: RunStore,
  runId: string,
  { level, last, beforeSeq }: {
    readonly level: Level;
    readonly last: number;
    readonly beforeSeq?: number | undefined;
  },
): Promise<readonly RunEvent<"log">[]> {
  const wanted = LEVELS.slice(LEVELS.indexOf(level));
  const lines: RunEvent<"log">[] = [];
  for (let end = beforeSeq;;) {
    const piece = await store.read(runId, {
      afterSeq: 0,
      limit: PIECE,
      last: true,
      types: ["log"],
      beforeSeq: end,
    });
    const found = piece.filter((event) => event.type === "log")
      .filter((event) => wanted.includes(event.level));
    lines.unshift(...found.slice(-(last - lines.length)));
    const [first] = piece;
    if (!first || piece.length < PIECE || lines.length >= last) return lines;
    end = first.seq;
  }
}
