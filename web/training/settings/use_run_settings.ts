/// <reference lib="dom" />
/** The settings of runs, read once for each set of runs. */
import { useEffect, useState } from "react";
import { errorText } from "../../parts/error_text.ts";
import { retryRequest } from "../../api/retry_request.ts";
import { RUN_SETTINGS_QUERY, type RunItem } from "../operations.ts";
import type { RunSettings, SetRun } from "./settings.ts";

/**
 * Adds their settings to runs.
 *
 * @returns the runs in their order; none until the settings of all have arrived
 */
export function useRunSettings(runs: readonly RunItem[]): readonly SetRun[] {
  const [settingsById, setSettings] = useState<ReadonlyMap<string, RunSettings>>(new Map());
  const key = runs.map(({ id }) => id).join(" ");
  useEffect(() => {
    const abort = new AbortController();
    readSettings(key.split(" "), abort.signal).then(
      (read) => abort.signal.aborted || setSettings(read),
      (problem) => abort.signal.aborted || console.error(errorText(problem)),
    );
    return () => abort.abort();
  }, [key]);
  const known = runs.flatMap((run) => {
    const settings = settingsById.get(run.id);
    return settings ? [{ ...run, ...settings }] : [];
  });
  return known.length === runs.length ? known : [];
}

async function readSettings(
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, RunSettings>> {
  const answers = await Promise.all(ids.map(async (id) => {
    const answer = await retryRequest(RUN_SETTINGS_QUERY, { id }, signal);
    return [id, answer?.run] as const;
  }));
  return new Map(answers.flatMap(([id, run]) => run ? [[id, run]] : []));
}
