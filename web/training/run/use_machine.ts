/// <reference lib="dom" />
/** A run's use of its machine, read as often as it is sampled. */
import { useAnswer } from "../../api/use_answer.ts";
import { type RunItem, SYSTEM_QUERY, type SystemMetrics } from "../operations.ts";
import { useRefresh } from "../../api/use_refresh.ts";

/** More points would not be distinguishable in a sparkline. */
const SHOWN_POINTS = 100;

const NONE: readonly SystemMetrics[] = [];

/** @returns means of equal ranges, in order; empty before the first sample */
export function useMachine({ id, state }: RunItem): readonly SystemMetrics[] {
  const variables = { id, maxPoints: SHOWN_POINTS };
  const { data, isCurrent } = useAnswer(SYSTEM_QUERY, variables, useRefresh(state));
  return isCurrent ? data?.run?.systemMetrics ?? NONE : NONE;
}
