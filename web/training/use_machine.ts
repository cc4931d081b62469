/// <reference lib="dom" />
/** What a run takes of its machine, asked for as often as it is measured while it is trained. */
import { useEffect, useState } from "react";
import { isOver } from "../../runs/state.ts";
import { useAnswer } from "../api/use_answer.ts";
import { type RunItem, SYSTEM_QUERY, type SystemMetrics } from "./operations.ts";

const EVERY_MS = 5000;

/** More points than these cannot be told apart in a curve the size of a word. */
const SHOWN_POINTS = 100;

const NONE: readonly SystemMetrics[] = [];

/** @returns the means of stretches of it, in order; none until it is measured */
export function useMachine({ id, state }: RunItem): readonly SystemMetrics[] {
  const [looks, setLooks] = useState(0);
  const isTraining = !isOver(state) && state !== "QUEUED" && state !== "PAUSED";
  useEffect(() => {
    // Once more when it ends: its last measurement may have come since.
    setLooks((before) => before + 1);
    if (!isTraining) return;
    const timer = setInterval(() => {
      if (!document.hidden) setLooks((before) => before + 1);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [isTraining]);
  const { data, isCurrent } = useAnswer(SYSTEM_QUERY, { id, maxPoints: SHOWN_POINTS }, looks);
  return isCurrent ? data?.run?.systemMetrics ?? NONE : NONE;
}
