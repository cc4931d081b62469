/**
 * The results of many operations as one sequence. The reader pulls: one result of each operation is read ahead, so
 * that none delays the others.
 */
import type { ExecutionResult } from "graphql";

/** Result of an operation; without one, the operation is complete. */
export interface Message {
  /** Client's id of the operation. */
  readonly id: string;
  readonly result?: ExecutionResult;
}

/** Results of operations that share a stream. */
export interface MergedResults extends AsyncIterableIterator<Message, void> {
  /** Number of operations between add() and the delivery of their completion. */
  readonly size: number;
  has(id: string): boolean;
  /** Reserves a slot for an operation that is about to be executed. */
  add(id: string): Slot;
  /** Ends an operation, if there is one of that id, and discards its pending result. */
  end(id: string): void;
  return(): Promise<IteratorResult<Message, void>>;
}

/** Slot of an operation. */
export interface Slot {
  /**
   * Starts to read the operation's results.
   *
   * @returns false if the operation was ended meanwhile: then nothing is read
   */
  read(results: Results): boolean;
  /** Releases the slot. */
  release(): void;
}

type Results = AsyncIterator<ExecutionResult>;

interface Operation {
  readonly id: string;
  results?: Results;
}

/** Outcome of a read that the reader has not pulled yet. */
interface Pending {
  readonly operation: Operation;
  readonly step: IteratorResult<ExecutionResult, unknown> | { readonly error: unknown };
}

const done = { done: true, value: undefined } as const;

/** Creates a queue of reads with a signal for its reader. */
function createQueue() {
  const items: Pending[] = [];
  let arrived = Promise.withResolvers<void>();
  return {
    push(item: Pending): void {
      items.push(item);
      arrived.resolve();
    },
    shift: () => items.shift(),
    remove(operation: Operation): void {
      const index = items.findIndex((item) => item.operation === operation);
      if (index >= 0) items.splice(index, 1);
    },
    wake: () => arrived.resolve(),
    /** Resolves after the next push() or wake(). */
    async arrival(): Promise<void> {
      await arrived.promise;
      arrived = Promise.withResolvers();
    },
  };
}

/**
 * Creates an empty sequence.
 *
 * @param onEnd called when the reader has left
 */
export function mergeResults(onEnd: () => void): MergedResults {
  const operations = new Map<string, Operation>();
  const pending = createQueue();
  let hasEnded = false;

  const isOpen = (operation: Operation) => operations.get(operation.id) === operation;

  async function readAhead(operation: Operation): Promise<void> {
    const step = await operation.results?.next().catch((error: unknown) => ({ error }));
    // The operation may have been ended meanwhile.
    if (!step || !isOpen(operation)) return;
    pending.push({ operation, step });
  }

  function end(operation: Operation | undefined): void {
    if (!operation || !isOpen(operation)) return;
    operations.delete(operation.id);
    pending.remove(operation);
    operation.results?.return?.().catch(() => {});
  }

  function createSlot(operation: Operation): Slot {
    return {
      read(results) {
        if (!isOpen(operation)) return false;
        operation.results = results;
        void readAhead(operation);
        return true;
      },
      release: () => end(operation),
    };
  }

  async function deliver({ operation, step }: Pending): Promise<IteratorResult<Message, void>> {
    const { id } = operation;
    if ("error" in step) {
      await merged.return();
      throw step.error;
    }
    if (!step.done) {
      void readAhead(operation);
      return { done: false, value: { id, result: step.value } };
    }
    operations.delete(id);
    return { done: false, value: { id } };
  }

  const merged: MergedResults = {
    [Symbol.asyncIterator]: () => merged,
    get size() {
      return operations.size;
    },
    has: (id) => operations.has(id),
    add(id) {
      const operation: Operation = { id };
      if (!hasEnded) operations.set(id, operation);
      return createSlot(operation);
    },
    end(id) {
      end(operations.get(id));
    },
    async next() {
      while (!hasEnded) {
        const next = pending.shift();
        if (next) return await deliver(next);
        await pending.arrival();
      }
      return done;
    },
    return() {
      if (hasEnded) return Promise.resolve(done);
      hasEnded = true;
      pending.wake();
      for (const operation of [...operations.values()]) end(operation);
      onEnd();
      return Promise.resolve(done);
    },
  };
  return merged;
}
