/** All datasets, read again each time that an import goes on. */
import { useEffect, useState } from "react";
import { datasetNames, trainableDatasets } from "../../data/catalog.ts";
import { follow } from "../api/follow.ts";
import { REFRESH_INTERVAL_MS } from "../timeouts.ts";
import { ApiError, request } from "../api/request.ts";
import { useAnswer } from "../api/use_answer.ts";
import { DATASET_IMPORTS } from "./import/operations.ts";
import { CLASS_COUNTS_QUERY, type Dataset, DATASETS_QUERY } from "./operations.ts";

const NO_VARIABLES = {};

/** The datasets, undefined until they are known. */
export interface KnownDatasets {
  readonly datasets: readonly Dataset[] | undefined;
  /** Reads them again. */
  refresh(): void;
}

/** Built-in datasets that nothing downloads: their files are there, or not. */
const OPTIONAL = datasetNames.filter((name) => !trainableDatasets.some((known) => known === name));

/** Finds out which built-in datasets cannot be opened; undefined until it is known. */
function useOpenable(): { readonly absent: ReadonlySet<string> } | undefined {
  const [absent, setAbsent] = useState<ReadonlySet<string>>();
  useEffect(() => {
    const leaving = new AbortController();
    const isAbsent = (name: string) =>
      request(CLASS_COUNTS_QUERY, { name, split: "TEST" }, leaving.signal).then(
        () => false,
        (problem) => problem instanceof ApiError,
      );
    Promise.all(OPTIONAL.map(isAbsent)).then((found) => {
      if (!leaving.signal.aborted) setAbsent(new Set(OPTIONAL.filter((_, at) => found[at])));
    });
    return () => leaving.abort();
  }, []);
  return absent && { absent };
}

/** Reads the datasets, and keeps them up to date while imports go on. */
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
  const openable = useOpenable();
  const datasets = openable && data?.datasets.filter(({ name }) => !openable.absent.has(name));
  return { datasets, refresh };
}
