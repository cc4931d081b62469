/** The runs that the address names, read from the server where the list has not brought them. */
import { useEffect, useMemo, useState } from "react";
import { isFinished } from "../../../runs/log/state.ts";
import type { Address } from "../../parts/address.ts";
import { retryRequest } from "../../api/retry_request.ts";
import { ApiError } from "../../api/request.ts";
import type { Runs } from "./use_runs.ts";
import { RUN_QUERY, type RunItem } from "../operations.ts";

interface OpenRuns {
  /** The run on display; undefined until it is known. */
  readonly open: RunItem | undefined;
  /** The runs of a comparison that are known. */
  readonly compared: readonly RunItem[];
  /** Ids that belong to no run. */
  readonly missing: readonly string[];
}

/** Returns the runs of an address, and the ids that name none. */
export function useOpenRuns(address: Address, { byId, put }: Runs): OpenRuns {
  const [missing, setMissing] = useState<readonly string[]>([]);
  const ids = address.view === "compare"
    ? address.ids
    : address.view === "run" && address.id !== undefined
    ? [address.id]
    : [];
  const unknown = ids.filter((id) => !byId.has(id)).join(",");
  useEffect(() => {
    setMissing([]);
    if (unknown === "") return;
    const abort = new AbortController();
    for (const id of unknown.split(",")) {
      readRun(id, abort.signal).then((run) => {
        if (abort.signal.aborted) return;
        if (run) put([run]);
        else setMissing((before) => [...before, id]);
      });
    }
    return () => abort.abort();
  }, [unknown, put]);

  const newest = useMemo(() => firstToOpen(byId), [byId]);
  return {
    open: address.view !== "run"
      ? undefined
      : address.id === undefined
      ? newest
      : byId.get(address.id),
    compared: ids.flatMap((id) => byId.get(id) ?? []),
    missing,
  };
}

/** Reads a run. An address may hold any text: what is no run's id is refused by the API, and is no run. */
async function readRun(id: string, signal: AbortSignal): Promise<RunItem | null | undefined> {
  try {
    return (await retryRequest(RUN_QUERY, { id }, signal))?.run;
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

/** Returns the run that is trained, otherwise the newest. */
function firstToOpen(byId: ReadonlyMap<string, RunItem>): RunItem | undefined {
  const newestFirst = [...byId.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  return newestFirst.findLast(({ state }) => !isFinished(state) && state !== "PAUSED") ??
    newestFirst[0];
}
