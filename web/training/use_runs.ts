/** The runs that the server has, newest first, kept up to date by the `runStates` subscription. */
import { useCallback, useEffect, useState } from "react";
import { follow } from "../api/follow.ts";
import { RUN_STATES_FEED, type RunItem, RUNS_QUERY } from "../api/operations.ts";
import { request } from "../api/request.ts";

export interface Runs {
  readonly runs: readonly RunItem[];
  /** Whether the server has answered. */
  readonly loaded: boolean;
  /** Takes in a run that another operation answered with. */
  put(run: RunItem): void;
}

export function useRuns(): Runs {
  const [byId, setById] = useState<ReadonlyMap<string, RunItem>>(new Map());
  const [loaded, setLoaded] = useState(false);

  const put = useCallback(
    (run: RunItem) => setById((before) => new Map(before).set(run.id, run)),
    [],
  );

  useEffect(() => {
    const abort = new AbortController();
    const load = async () => {
      const { runs } = await request(RUNS_QUERY, {}, abort.signal);
      setById(new Map(runs.nodes.map((run) => [run.id, run])));
      setLoaded(true);
    };
    // The list is read anew after each break: a run may have ended or gone meanwhile.
    const variables = () => {
      load().catch(() => {}); // The feed itself finds out that the server is away.
      return {};
    };
    follow(RUN_STATES_FEED, {
      variables,
      next: ({ runStates }) => put(runStates),
      isOver: () => Promise.resolve(false),
    }, abort.signal).catch(console.error);
    return () => abort.abort();
  }, [put]);

  const runs = [...byId.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  return { runs, loaded, put };
}
