/// <reference lib="dom" />
/**
 * The open run's progress: the server's estimates of speed and remaining time, read once a second while it
 * is trained. Also reports a waiting run's reason and a deleted run, for which there is no subscription.
 */
import { useEffect, useState } from "react";
import { queuePlace } from "../../../lib/format.ts";
import { isFinished } from "../../../runs/log/state.ts";
import { RUN_QUERY, type RunItem } from "../operations.ts";
import { request } from "../../api/request.ts";
import { FINISHED_PROGRESS_INTERVAL_MS, PROGRESS_INTERVAL_MS } from "../../timeouts.ts";

/** @returns the reason why the run waits with the remedy, or its place in the queue; undefined if it does not wait */
export function useProgress(
  run: RunItem,
  onChanged: (run: RunItem) => void,
  onDeleted: (id: string) => void,
): string | undefined {
  const { id, state } = run;
  const everyMs = isFinished(state) ? FINISHED_PROGRESS_INTERVAL_MS : PROGRESS_INTERVAL_MS;
  const [obstacle, setObstacle] = useState<string>();
  useEffect(() => {
    const abort = new AbortController();
    const look = async () => {
      if (document.hidden) return;
      try {
        const { run: now } = await request(RUN_QUERY, { id }, abort.signal);
        if (abort.signal.aborted) return;
        if (!now) return onDeleted(id);
        onChanged(now);
        const place = now.queuePosition === null ? undefined : queuePlace(now.queuePosition);
        setObstacle(now.waitingFor ?? now.worker?.trouble ?? place);
      } catch {
        // The panel already shows the lost connection.
      }
    };
    if (!isFinished(state)) look();
    const timer = setInterval(look, everyMs);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [id, state, everyMs, onChanged, onDeleted]);
  return isFinished(state) ? undefined : obstacle;
}
