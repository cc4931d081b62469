/// <reference lib="dom" />
/** A query's answer for a component. While the server is away it is asked again. */
import { useEffect, useState } from "react";
import type { Operation } from "./operation.ts";
import { pause } from "./pause.ts";
import { ApiError, request } from "./request.ts";

const RETRY_MS = 2000;

/**
 * Asks once for each set of variables.
 *
 * @param version asks anew when it changes; the old answer stays until the new one is there
 * @returns undefined until the server has answered to these variables
 */
export function useAnswer<Data, Variables extends Record<string, unknown>>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  version = 0,
): Data | undefined {
  const key = JSON.stringify(variables);
  const [answer, setAnswer] = useState<{ readonly key: string; readonly data: Data }>();
  useEffect(() => {
    const abort = new AbortController();
    const ask = async () => {
      while (!abort.signal.aborted) {
        try {
          const data = await request(operation, JSON.parse(key) as Variables, abort.signal);
          return setAnswer({ key, data });
        } catch (problem) {
          if (problem instanceof ApiError) return console.error(problem);
        }
        await pause(RETRY_MS, abort.signal);
      }
    };
    ask();
    return () => abort.abort();
  }, [operation, key, version]);
  return answer?.key === key ? answer.data : undefined;
}
