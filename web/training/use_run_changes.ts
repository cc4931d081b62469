/** Changes of runs by the panel's own buttons: each is shown at once, without waiting for the list. */
import { useCallback, useState } from "react";
import { navigate } from "../parts/address.ts";
import type { Runs } from "./list/use_runs.ts";
import type { RunItem } from "./operations.ts";

/** @param untick takes a run out of the selection */
export function useRunChanges({ put, remove, news }: Runs, untick: (id: string) => void) {
  const change = useCallback((run: RunItem) => put([run]), [put]);
  const forget = useCallback((id: string) => {
    remove([id]);
    untick(id);
    navigate({ view: "run" }, { replace: true });
  }, [remove, untick]);
  const [lost, setLost] = useState<ReadonlySet<string>>(new Set());
  const lose = useCallback((id: string) => {
    setLost((before) => new Set([...before, id]));
    remove([id]);
    untick(id);
    navigate({ view: "run", id }, { replace: true });
  }, [remove, untick]);
  return {
    change,
    /** Shows another run in place of one that was deleted here. */
    forget,
    /** Keeps the place of a run that was deleted elsewhere. */
    lose,
    /** The runs that were deleted elsewhere while they were shown. */
    lost,
    /** Shows runs that were started: one alone, or the comparison of several. */
    start(runs: readonly RunItem[]) {
      put(runs);
      news.ring();
      if (runs.length > 1) navigate({ view: "compare", ids: runs.map(({ id }) => id) });
      else show(runs[0]);
    },
    act(run: RunItem) {
      put([run]);
      // The run stays open, whatever state it reaches.
      navigate({ view: "run", id: run.id }, { replace: true });
    },
  };
}

/** Shows a run, or the newest. */
export function show(run: RunItem | undefined): void {
  navigate({ view: "run", ...run && { id: run.id } });
}
