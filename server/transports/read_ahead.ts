/** Reading ahead of a slow client: at most one batch of items is buffered. */
import { setImmediate } from "node:timers";
import type { LiveReader } from "../../lib/streams/live_reader.ts";
import type { PullSource } from "../../lib/streams/pull_source.ts";

/** Items that were read from a source and not yet taken. */
export interface ReadAhead<Item> {
  /** Reads the next batch, as far as it is there. onReady() is called when there is something to take. */
  fill(): void;
  /** Takes all items that are there. */
  take(): readonly Item[];
  /** Changes the size of a batch. */
  setMaxItems(max: number): void;
  /** Discards what is read from now on. */
  stop(): void;
  /** True if the source has ended. */
  readonly isComplete: boolean;
  /** Error that the source has thrown. */
  readonly failure: { readonly error: unknown } | undefined;
}

let due: (() => void)[] = [];

/** Calls back in the next turn of the event loop, by which everything that is available has been read. */
function inNextTurn(call: () => void): void {
  if (due.push(call) > 1) return;
  setImmediate(() => {
    const calls = due;
    due = [];
    for (const call of calls) call();
  });
}

/** Options of createReadAhead(). */
export interface ReadAheadOptions {
  /** Size of a batch, at first. */
  readonly maxItems: number;
  /** Reader behind the buffer. */
  readonly live: LiveReader;
  /** Called when items have arrived that were not taken, or the end. */
  onReady(): void;
}

/** Creates an empty buffer. */
export function createReadAhead<Item>(
  source: PullSource<Item>,
  { live, onReady, ...options }: ReadAheadOptions,
): ReadAhead<Item> {
  let { maxItems } = options;
  let items: Item[] = [];
  let [isComplete, isStopped] = [false, false];
  let failure: { readonly error: unknown } | undefined;
  let [isReading, isPulling, isIdle, isDue] = [false, false, false, false];
  const pull = source.connect({
    live,
    next(item) {
      items.push(item);
      arrive();
    },
    idle() {
      isIdle = true;
    },
    end() {
      isComplete = true;
      arrive();
    },
    fail(error) {
      failure = { error };
      arrive();
    },
  });

  function arrive(): void {
    isPulling = false;
    isIdle = false;
    if (!isReading) fill();
  }

  const hasEnded = () => isComplete || failure !== undefined;

  function fill(): void {
    isReading = true;
    while (!isPulling && !isStopped && !hasEnded() && items.length < maxItems) {
      isPulling = true;
      pull();
    }
    isReading = false;
    if (isStopped || (items.length === 0 && !hasEnded())) return;
    if (isIdle) return onReady();
    // Perhaps more is there, and will have been read by the next turn.
    if (isDue) return;
    isDue = true;
    inNextTurn(() => {
      isDue = false;
      if (!isStopped) onReady();
    });
  }

  return {
    fill,
    take() {
      const taken = items;
      items = [];
      return taken;
    },
    setMaxItems(max) {
      maxItems = max;
    },
    stop() {
      isStopped = true;
    },
    get isComplete() {
      return isComplete;
    },
    get failure() {
      return failure;
    },
  };
}
