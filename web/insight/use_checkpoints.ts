/** A run's checkpoints, kept up to date while it is trained. */
import { useAnswer } from "../api/use_answer.ts";
import type { RunItem } from "../training/operations.ts";
import { type Checkpoints, CHECKPOINTS_QUERY } from "./operations.ts";

/** @returns undefined until the server has answered */
export function useCheckpoints(run: RunItem): Checkpoints | undefined {
  return useAnswer(CHECKPOINTS_QUERY, { id: run.id }, run.lastSeq).data?.run ?? undefined;
}
