/** Finished runs may be resumed: a component that followed one to its end must follow it again. */
import { useState } from "react";
import { isFinished } from "../../../runs/log/state.ts";
import type { RunItem } from "../operations.ts";

/** Counts how often one of these runs was resumed after its end, since the component was mounted. */
export function useResumptions(runs: readonly RunItem[]): number {
  const over = runs.filter(({ state }) => isFinished(state)).map(({ id }) => id);
  const [known, setKnown] = useState<{ readonly over: readonly string[]; readonly count: number }>(
    { over, count: 0 },
  );
  if (over.join() === known.over.join()) return known.count;
  const resumed = runs.filter(({ id, state }) => !isFinished(state) && known.over.includes(id));
  const count = known.count + resumed.length;
  setKnown({ over, count });
  return count;
}
