/** Reading ahead of a slow client: at most one batch of items is buffered. */
import { setImmediate } from "node:timers";

/** Items that were read from a source and not yet taken. */
export interface ReadAhead<Item> {
  /** Starts to read the next batch, unless that has begun. */
  fill(): void;
  /** Resolves with all items that are available at once; empty after the last one or an error. */
  take(): Promise<readonly Item[]>;
  /** Changes the size of a batch. */
  setMaxItems(max: number): void;
  /** Discards what is read from now on. */
  stop(): void;
  readonly isStopped: boolean;
  /** True if the source has ended. */
  readonly isComplete: boolean;
  /** Error that the source has thrown. */
  readonly failure: { readonly error: unknown } | undefined;
}

let turn: Promise<void> | undefined;

/** Resolves in the next turn of the event loop, with one promise for all callers. */
function nextTurn(): Promise<void> {
  return turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
}

/** Creates an empty buffer. */
export function createReadAhead<Item>(
  source: AsyncIterator<Item>,
  initialMaxItems: number,
): ReadAhead<Item> {
  let items: Item[] = [];
  let maxItems = initialMaxItems;
  let [isReading, isStopped, isComplete] = [false, false, false];
  let failure: { readonly error: unknown } | undefined;
  let arrived = Promise.withResolvers<void>();

  async function read(): Promise<void> {
    if (isReading || isComplete || isStopped || failure) return;
    isReading = true;
    try {
      while (!isComplete && items.length < maxItems) {
        const step = await source.next();
        // The source ends when it is stopped, which does not make it complete.
        if (isStopped) return;
        isComplete = step.done === true;
        if (!step.done) items.push(step.value);
        arrived.resolve();
      }
    } catch (error) {
      failure = { error };
      arrived.resolve();
    } finally {
      isReading = false;
    }
  }

  return {
    fill: () => void read(),
    async take() {
      void read();
      if (items.length === 0) await arrived.promise;
      // By the next turn everything that is available has been read.
      if (isReading) await nextTurn();
      arrived = Promise.withResolvers();
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
    get isStopped() {
      return isStopped;
    },
    get isComplete() {
      return isComplete;
    },
    get failure() {
      return failure;
    },
  };
}
