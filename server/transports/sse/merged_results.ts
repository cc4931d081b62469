/**
 * The answers of many operations as one sequence. It is drawn by who reads it: of each operation one answer is read ahead,
 * so that none holds the others back, and no more.
 */
import type { ExecutionResult } from "graphql";

/** An answer of an operation; without one, the operation is complete. */
export interface Message {
  /** Of the operation. */
  readonly id: string;
  readonly answer?: ExecutionResult;
}

/** Operations that are read together. */
export interface MergedResults extends AsyncIterableIterator<Message, void> {
  /** How many there are: from add() until the reader has been given what says that one is complete. */
  readonly size: number;
  has(id: string): boolean;
  /** Makes room for an operation that is still to be carried out. */
  add(id: string): Room;
  /** Ends an operation, if there is one of that name. Nothing more comes of it. */
  end(id: string): void;
  return(): Promise<IteratorResult<Message, void>>;
}

/** The room of an operation. */
export interface Room {
  /**
   * Reads the operation's answers.
   *
   * @returns false if the operation was ended meanwhile: then nothing is read
   */
  read(answers: Answers): boolean;
  /** Gives the room back. */
  leave(): void;
}

type Answers = AsyncIterator<ExecutionResult>;

interface Operation {
  readonly id: string;
  answers?: Answers;
}

/** What was read of an operation and not yet given to the reader. */
interface Ahead {
  readonly operation: Operation;
  readonly step: IteratorResult<ExecutionResult, unknown> | { readonly error: unknown };
}

/**
 * Starts with no operation.
 *
 * @param onOver called when there is no reader any more
 */
export function mergeResults(onOver: () => void): MergedResults {
  const operations = new Map<string, Operation>();
  const ahead: Ahead[] = [];
  const done = { done: true, value: undefined } as const;
  let arrived = Promise.withResolvers<void>();
  let isOver = false;

  const isOpen = (operation: Operation) => operations.get(operation.id) === operation;

  async function readAhead(operation: Operation): Promise<void> {
    const step = await operation.answers?.next().catch((error: unknown) => ({ error }));
    // It may have been ended meanwhile.
    if (!step || !isOpen(operation)) return;
    ahead.push({ operation, step });
    arrived.resolve();
  }

  function end(operation: Operation): void {
    if (!isOpen(operation)) return;
    operations.delete(operation.id);
    const at = ahead.findIndex((one) => one.operation === operation);
    if (at >= 0) ahead.splice(at, 1);
    operation.answers?.return?.().catch(() => {});
  }

  const merged: MergedResults = {
    [Symbol.asyncIterator]: () => merged,
    get size() {
      return operations.size;
    },
    has: (id) => operations.has(id),
    add(id) {
      const operation: Operation = { id };
      if (!isOver) operations.set(id, operation);
      return {
        read(answers) {
          if (!isOpen(operation)) return false;
          operation.answers = answers;
          void readAhead(operation);
          return true;
        },
        leave: () => end(operation),
      };
    },
    end(id) {
      const operation = operations.get(id);
      if (operation) end(operation);
    },
    async next() {
      while (!isOver) {
        const next = ahead.shift();
        if (!next) {
          await arrived.promise;
          arrived = Promise.withResolvers();
          continue;
        }
        const { operation, step } = next;
        const { id } = operation;
        if ("error" in step) {
          await merged.return();
          throw step.error;
        }
        if (!step.done) {
          void readAhead(operation);
          return { done: false, value: { id, answer: step.value } };
        }
        operations.delete(id);
        return { done: false, value: { id } };
      }
      return done;
    },
    return() {
      if (isOver) return Promise.resolve(done);
      isOver = true;
      arrived.resolve();
      for (const operation of [...operations.values()]) end(operation);
      onOver();
      return Promise.resolve(done);
    },
  };
  return merged;
}
