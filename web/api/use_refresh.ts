/// <reference lib="dom" />
/** When to look again at what a run is asked for now and then: every few seconds while it is trained. */
import { useEffect, useState } from "react";
import { isFinished, type RunState } from "../../runs/log/state.ts";

/** As often as a training is measured. */
const EVERY_MS = 5000;

/** @returns a number that is another one when it is time to look again, as useAnswer() takes it */
export function useRefresh(state: RunState): number {
  const [looks, setLooks] = useState(0);
  const goesOn = !isFinished(state) && state !== "PAUSED";
  useEffect(() => {
    if (!goesOn) return;
    const look = () => setLooks((before) => before + 1);
    const timer = setInterval(() => {
      if (!document.hidden) look();
    }, EVERY_MS);
    return () => {
      clearInterval(timer);
      // Once more when it ends: its last words may have come since.
      look();
    };
  }, [goesOn]);
  return looks;
}
