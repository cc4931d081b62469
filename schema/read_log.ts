/** Whole answers from a run's log, read a piece at a time. */
import type { RunEvent } from "../runs/event.ts";
import type { RunStore } from "../runs/store.ts";

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
