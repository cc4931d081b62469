/// <reference lib="dom" />
/**
 * How far the open run is: speed and time left are the server's estimates, asked for once a second while it is
 * trained. Tells too when the run is gone, which no subscription does.
 */
import { useEffect } from "react";
import { isOver } from "../../runs/state.ts";
import { RUN_QUERY, type RunItem } from "./operations.ts";
import { request } from "../api/request.ts";

const EVERY_MS = 1000;
const SELDOM_MS = 5000;

export function useProgress(
  run: RunItem,
  onChanged: (run: RunItem) => void,
  onDeleted: (id: string) => void,
): void {
  const everyMs = isOver(run.state) ? SELDOM_MS : EVERY_MS;
  useEffect(() => {
    const abort = new AbortController();
    const timer = setInterval(async () => {
      if (document.hidden) return;
      try {
        const { run: now } = await request(RUN_QUERY, { id: run.id }, abort.signal);
        if (abort.signal.aborted) return;
        if (now) onChanged(now);
        else onDeleted(run.id);
      } catch {
        // The panel says already that the connection is lost.
      }
    }, everyMs);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [run.id, everyMs, onChanged, onDeleted]);
}
