/** A problem that is shown until the next attempt, or until a server that was away can be reached again. */
import { useEffect, useState } from "react";
import { UNREACHABLE } from "../parts/error_text.ts";
import { useValue } from "../parts/value_store.ts";
import { connectionStore } from "./socket.ts";

/** The text of a problem; undefined without one. */
export type ProblemText = string | undefined;

/** Returns the problem, and the function that sets it. */
export function useProblem(): readonly [ProblemText, (text: ProblemText) => void] {
  const [problem, setProblem] = useState<string>();
  const connection = useValue(connectionStore);
  useEffect(() => {
    if (connection === "live") {
      setProblem((text) => text?.includes(UNREACHABLE) ? undefined : text);
    }
  }, [connection]);
  return [problem, setProblem];
}
