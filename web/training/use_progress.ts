/// <reference lib="dom" />
/** How far a run is, asked for once a second while it runs: speed and time left are the server's estimates. */
import { useEffect } from "react";
import { isOver } from "../../runs/state.ts";
import { RUN_QUERY, type RunItem } from "./operations.ts";
import { request } from "../api/request.ts";

const EVERY_MS = 1000;

export function useProgress(run: RunItem, onChanged: (run: RunItem) => void): void {
  const waiting = !isOver(run.state);
  useEffect(() => {
    if (!waiting) return;
    const abort = new AbortController();
    const timer = setInterval(async () => {
      if (document.hidden) return;
      try {
        const { run: now } = await request(RUN_QUERY, { id: run.id }, abort.signal);
        if (now && !abort.signal.aborted) onChanged(now);
      } catch {
        // The panel says already that the connection is lost.
      }
    }, EVERY_MS);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [run.id, waiting, onChanged]);
}
