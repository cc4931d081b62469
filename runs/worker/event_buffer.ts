/**
 * Buffers a training's events until they are logged. Consecutive `batches` events are merged, so that a fast training
 * writes few long events. While the buffer is full, because the log is unavailable, the training waits.
 */
import type { BatchesEvent } from "../../ml/training/events.ts";
import type { CheckpointEvent } from "../log/events/checkpoints/checkpoint.ts";
import type { RunEventBody } from "../log/event.ts";

/** Events that are not in the log yet. */
export interface EventBuffer {
  /** Adds an event. Resolves when there is room for another one, or the buffer is closed. */
  add(event: RunEventBody): Promise<void>;
  /** Resolves to true when there are events, and to false when the buffer is closed and empty. */
  ready(): Promise<boolean>;
  /** Removes and returns all events. */
  take(): readonly RunEventBody[];
  /** Returns the buffered checkpoint events. */
  checkpoints(): readonly CheckpointEvent[];
  /** Removes a checkpoint event, which is then never logged. */
  withdraw(checkpoint: CheckpointEvent): void;
  /** Closes the buffer: no more events are added. */
  close(): void;
  /** Aborts when the buffer is closed. */
  readonly closed: AbortSignal;
}

/** Maximum number of steps in a merged event: an event is read and sent as a whole. */
const MAX_EVENT_STEPS = 1_000;

/**
 * Creates an empty buffer.
 *
 * @param room number of steps and other events at which the training has to wait
 */
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

/** Merges two `batches` events that follow each other in one epoch. Returns undefined for others. */
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
