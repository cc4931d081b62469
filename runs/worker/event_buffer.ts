/**
 * Buffers a training's events until they are in the log. Consecutive steps are joined to one event, so that a fast training makes
 * few and long events. When the buffer is full, because the log cannot be written, the training waits.
 */
import type { BatchesEvent } from "../../ml/training/events.ts";
import type { CheckpointEvent } from "../log/events/checkpoints/checkpoint.ts";
import type { RunEventBody } from "../log/event.ts";

/** Events on their way into the log. */
export interface EventBuffer {
  /** Adds an event; resolves when there is room for more, or the buffer is closed. */
  add(event: RunEventBody): Promise<void>;
  /** Resolves when there is something to take, with true, or when the buffer is closed and empty, with false. */
  ready(): Promise<boolean>;
  /** Takes everything out. */
  take(): readonly RunEventBody[];
  /** The checkpoints that are in it. */
  checkpoints(): readonly CheckpointEvent[];
  /** Takes a checkpoint out, which then never was. */
  withdraw(checkpoint: CheckpointEvent): void;
  /** Nothing more will be added. */
  close(): void;
  /** Aborts when the buffer is closed. */
  readonly closed: AbortSignal;
}

/** Steps that are put together at most: an event is read and sent as a whole. */
const MAX_EVENT_STEPS = 1_000;

/** @param room how many steps and other events it holds before the training has to wait */
export function createEventBuffer(room: number): EventBuffer {
  let events: RunEventBody[] = [];
  let held = 0;
  const closing = new AbortController();
  const closed = closing.signal;
  let filled = Promise.withResolvers<void>();
  let emptied = Promise.withResolvers<void>();
  return {
    closed,
    async add(event) {
      const last = events.at(-1);
      const joined = last && join(last, event);
      if (joined) events[events.length - 1] = joined;
      else events.push(event);
      held += event.type === "batches" ? event.losses.length : 1;
      filled.resolve();
      if (held >= room && !closed.aborted) await emptied.promise;
    },
    async ready() {
      if (events.length === 0 && !closed.aborted) await filled.promise;
      return events.length > 0;
    },
    take() {
      const taken = events;
      events = [];
      held = 0;
      filled = Promise.withResolvers();
      emptied.resolve();
      emptied = Promise.withResolvers();
      return taken;
    },
    checkpoints: () => events.filter((event) => event.type === "checkpoint"),
    withdraw(checkpoint) {
      events = events.filter((event) => event !== checkpoint);
      held--;
    },
    close() {
      closing.abort();
      filled.resolve();
      emptied.resolve();
    },
  };
}

/** Two events as one, if they are batches that follow each other in one epoch. */
function join(first: RunEventBody, second: RunEventBody): BatchesEvent | undefined {
  if (first.type !== "batches" || second.type !== "batches") return undefined;
  const [steps, more] = [first.losses.length, second.losses.length];
  if (first.epoch !== second.epoch || first.firstStep + steps !== second.firstStep) {
    return undefined;
  }
  if (steps + more > MAX_EVENT_STEPS) return undefined;
  const time = steps / first.samplesPerSecond + more / second.samplesPerSecond;
  return {
    ...first,
    losses: [...first.losses, ...second.losses],
    accs: [...first.accs, ...second.accs],
    samplesPerSecond: (steps + more) / time,
  };
}
