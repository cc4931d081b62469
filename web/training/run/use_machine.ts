/// <reference lib="dom" />
/** What a run takes of its machine, asked for as often as it is measured. */
import { useAnswer } from "../../api/use_answer.ts";
import { type RunItem, SYSTEM_QUERY, type SystemMetrics } from "../operations.ts";
import { useRefresh } from "../../api/use_refresh.ts";

/** More points than these cannot be told apart in a curve the size of a word. */
const SHOWN_POINTS = 100;

const NONE: readonly SystemMetrics[] = [];

/** @returns the means of stretches of it, in order; none until it is measured */
export function useMachine({ id, state }: RunItem): readonly SystemMetrics[] {
  const variables = { id, maxPoints: SHOWN_POINTS };
  const { data, isCurrent } = useAnswer(SYSTEM_QUERY, variables, useRefresh(state));
  return isCurrent ? data?.run?.systemMetrics ?? NONE : NONE;
}
