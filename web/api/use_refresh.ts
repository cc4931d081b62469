/// <reference lib="dom" />
/** A counter that refreshes queries about a run every few seconds while it is trained. */
import { useEffect, useState } from "react";
import { isFinished, type RunState } from "../../runs/log/state.ts";
import { REFRESH_INTERVAL_MS } from "../timeouts.ts";

/** @returns a number that grows at each refresh, for the `version` of useAnswer() */
export function useRefresh(state: RunState): number {
  const [looks, setLooks] = useState(0);
  const goesOn = !isFinished(state) && state !== "PAUSED";
  useEffect(() => {
    if (!goesOn) return;
    const look = () => setLooks((before) => before + 1);
    const timer = setInterval(() => {
      if (!document.hidden) look();
    }, REFRESH_INTERVAL_MS);
    return () => {
      clearInterval(timer);
      // The last log lines may have arrived after the run's end.
      look();
    };
  }, [goesOn]);
  return looks;
}
