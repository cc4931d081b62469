/** All datasets, read again each time that an import goes on. */
import { useEffect, useState } from "react";
import { follow } from "../api/follow.ts";
import { REFRESH_INTERVAL_MS } from "../timeouts.ts";
import { ApiError } from "../api/request.ts";
import { useAnswer } from "../api/use_answer.ts";
import { DATASET_IMPORTS } from "./import/operations.ts";
import { type Dataset, DATASETS_QUERY } from "./operations.ts";

const NO_VARIABLES = {};

/** The datasets, undefined until they are known. */
export interface KnownDatasets {
  readonly datasets: readonly Dataset[] | undefined;
  /** Reads them again. */
  refresh(): void;
}

export function useDatasets(): KnownDatasets {
  const [version, setVersion] = useState(0);
  const refresh = () => setVersion((before) => before + 1);
  const { data } = useAnswer(DATASETS_QUERY, NO_VARIABLES, version);
  useEffect(() => {
    const leaving = new AbortController();
    const feed = {
      variables: () => NO_VARIABLES,
      next: refresh,
      isOver: () => Promise.resolve(false),
    };
    follow(DATASET_IMPORTS, feed, leaving.signal).catch((error) => {
      // A server without imports has nothing to follow.
      if (!(error instanceof ApiError)) throw error;
    });
    return () => leaving.abort();
  }, []);
  const isImporting = data?.datasets.some(({ state }) => state === "IMPORTING") ?? false;
  useEffect(() => {
    if (!isImporting) return;
    // An import that ends while the connection is lost is not among those that a new one begins with.
    const timer = setInterval(refresh, REFRESH_INTERVAL_MS);
    return () => clearInterval(timer);
  }, [isImporting]);
  return { datasets: data?.datasets, refresh };
}
