/// <reference lib="dom" />
/** A query's answer for a component. While the server is away it is asked again. */
import { useEffect, useRef, useState } from "react";
import { errorText } from "../parts/error_text.ts";
import { newestWins } from "./newest_wins.ts";
import type { Operation } from "./operation.ts";
import { retryRequest } from "./retry_request.ts";

/** What is known of an answer. */
export interface Answer<Data> {
  /** The latest answer; undefined until there is one. */
  readonly data?: Data;
  /** Whether it is the answer to the present variables, and not still the one to those before. */
  readonly isCurrent: boolean;
  /** Why the API refuses the present variables. */
  readonly error?: string;
}

/**
 * Asks once for each set of variables.
 *
 * @param version asks anew when it changes; an answer that is under way is waited for, however often it changes
 */
export function useAnswer<Data, Variables extends Record<string, unknown>>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  version = 0,
): Answer<Data> {
  const key = JSON.stringify(variables);
  const [heard, setHeard] = useState<{ key: string; data?: Data; error?: string }>({ key: "" });
  const ask = useRef((_version: number) => {});
  useEffect(() => {
    const abort = new AbortController();
    ask.current = newestWins(async () => {
      try {
        const data = await retryRequest(operation, JSON.parse(key) as Variables, abort.signal);
        if (data) setHeard({ key, data });
      } catch (problem) {
        setHeard({ key, error: errorText(problem) });
      }
    });
    return () => abort.abort();
  }, [operation, key]);
  useEffect(() => {
    ask.current(version);
  }, [operation, key, version]);
  const { key: of, ...answer } = heard;
  return { ...answer, isCurrent: of === key };
}
