/// <reference lib="dom" />
/** A query's answer as React state. It is repeated while the server cannot be reached. */
import { useEffect, useRef, useState } from "react";
import { errorText } from "../parts/error_text.ts";
import { newestWins } from "./newest_wins.ts";
import type { Operation } from "./operation.ts";
import { retryRequest } from "./retry_request.ts";

/** State of a query. */
export interface Answer<Data> {
  /** The latest answer; undefined until there is one. */
  readonly data?: Data;
  /** True if the answer is to the current variables, not to earlier ones. */
  readonly isCurrent: boolean;
  /** The API's reason for refusing the current variables. */
  readonly error?: string;
}

/**
 * Runs a query for each set of variables.
 *
 * @param version repeats the query when it changes; a request in flight is awaited first
 */
export function useAnswer<Data, Variables extends Record<string, unknown>>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  version = 0,
): Answer<Data> {
  const key = JSON.stringify(variables);
  const [received, setReceived] = useState<{ key: string; data?: Data; error?: string }>({
    key: "",
  });
  const ask = useRef((_version: number) => {});
  useEffect(() => {
    const abort = new AbortController();
    ask.current = newestWins(async () => {
      try {
        const variables = JSON.parse(key) as Variables;
        const data = await retryRequest(operation, variables, abort.signal, (refusal) => {
          setReceived({ key, error: errorText(refusal) });
        });
        if (data) setReceived({ key, data });
      } catch (problem) {
        setReceived({ key, error: errorText(problem) });
      }
    });
    return () => abort.abort();
  }, [operation, key]);
  useEffect(() => {
    ask.current(version);
  }, [operation, key, version]);
  const { key: of, ...answer } = received;
  return { ...answer, isCurrent: of === key };
}
