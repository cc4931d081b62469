/**
 * Signals that end an attempt early, from pause, cancel, worker stop and lost claim. A soft stop lets the training save
 * a checkpoint; a hard stop ends it at once; giving up ends the writing of the log as well.
 */
import { delay } from "../../lib/delay.ts";
import { FORCE_TIMEOUT_MS, GRACE_TIMEOUT_MS } from "../timeouts.ts";

/** The signals of an attempt, and the causes that abort them. */
export interface StopPlan {
  /** Aborts on a pause and when the worker stops: the training saves, then ends. */
  readonly soft: AbortSignal;
  /**
   * Aborts when the training is to end unsaved: cancelled, claim lost, grace timeout passed, or nothing trained yet.
   */
  readonly hard: AbortSignal;
  /** Aborts when the log must no longer be written: claim lost, or force timeout passed. */
  readonly giveUp: AbortSignal;
  /** Aborts when the attempt has ended. */
  readonly ended: AbortSignal;
  /** Returns the reason of the soft stop, if there is one. */
  softReason(): "pause" | "stop" | undefined;
  /** Records that there is progress to save: before that, a soft stop is a hard one. */
  recordProgress(): void;
  /** Stops because a client requested a pause. */
  pause(): void;
  /** Stops because a client requested a cancellation. */
  cancel(): void;
  /** Gives up: the claim is lost, or its log can no longer be written. */
  loseClaim(): void;
  /** Ends the attempt and stops all timers. */
  end(): void;
}

/** Timeouts of a worker's stop, both from its beginning. */
export interface StopTimeouts {
  /** Time until the hard stop, in milliseconds. */
  readonly graceTimeoutMs: number;
  /** Time until the log is given up, in milliseconds: longer than the grace timeout. */
  readonly forceTimeoutMs: number;
}

/**
 * Plans how an attempt stops.
 *
 * @param workerStop aborts when the worker is to stop
 */
export function createStopPlan(
  workerStop: AbortSignal,
  { graceTimeoutMs, forceTimeoutMs }: StopTimeouts = {
    graceTimeoutMs: GRACE_TIMEOUT_MS,
    forceTimeoutMs: FORCE_TIMEOUT_MS,
  },
): StopPlan {
  const paused = new AbortController();
  const cancelled = new AbortController();
  const lost = new AbortController();
  const outOfTime = new AbortController();
  const giveUp = new AbortController();
  const ended = new AbortController();
  const soft = AbortSignal.any([paused.signal, workerStop]);
  let hasProgress = false;

  const endWithoutProgress = () => {
    if (!hasProgress) outOfTime.abort();
  };
  const startTimers = async () => {
    await delay(graceTimeoutMs, ended.signal);
    outOfTime.abort();
    await delay(forceTimeoutMs - graceTimeoutMs, ended.signal);
    giveUp.abort();
  };
  onAbort(soft, ended.signal, endWithoutProgress);
  onAbort(workerStop, ended.signal, startTimers);

  return {
    soft,
    hard: AbortSignal.any([outOfTime.signal, cancelled.signal, lost.signal]),
    giveUp: AbortSignal.any([giveUp.signal, lost.signal]),
    ended: ended.signal,
    softReason() {
      if (paused.signal.aborted) return "pause";
      return workerStop.aborted ? "stop" : undefined;
    },
    recordProgress() {
      hasProgress = true;
    },
    pause: () => paused.abort(),
    cancel: () => cancelled.abort(),
    loseClaim: () => lost.abort(),
    end: () => ended.abort(),
  };
}

/** Calls back once the signal has aborted, at once if it already has, unless `until` aborts before. */
function onAbort(signal: AbortSignal, until: AbortSignal, callback: () => void): void {
  if (signal.aborted) callback();
  else signal.addEventListener("abort", callback, { once: true, signal: until });
}
