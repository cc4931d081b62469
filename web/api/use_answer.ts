/// <reference lib="dom" />
/** A query's answer for a component. While the server is away it is asked again. */
import { useEffect, useState } from "react";
import { messageOf } from "../parts/message_of.ts";
import type { Operation } from "./operation.ts";
import { pause } from "./pause.ts";
import { ApiError, request } from "./request.ts";

const RETRY_MS = 2000;

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
 * @param version asks anew when it changes
 */
export function useAnswer<Data, Variables extends Record<string, unknown>>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  version = 0,
): Answer<Data> {
  const key = JSON.stringify(variables);
  const [heard, setHeard] = useState<{ key: string; data?: Data; error?: string }>({ key: "" });
  useEffect(() => {
    const abort = new AbortController();
    const ask = async () => {
      while (!abort.signal.aborted) {
        try {
          const data = await request(operation, JSON.parse(key) as Variables, abort.signal);
          return setHeard({ key, data });
        } catch (problem) {
          if (problem instanceof ApiError) return setHeard({ key, error: messageOf(problem) });
        }
        await pause(RETRY_MS, abort.signal);
      }
    };
    ask();
    return () => abort.abort();
  }, [operation, key, version]);
  const { key: of, ...answer } = heard;
  return { ...answer, isCurrent: of === key };
}
