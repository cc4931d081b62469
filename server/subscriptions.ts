/**
 * The subscriptions that are open, whatever their transport: how many there are, and how to end them when the
 * server stops. No event is kept here; each subscription reads the log at its client's pace.
 */
import type { ExecutionResult } from "graphql";

/** The answers of one subscription. */
export type Answers = AsyncIterable<ExecutionResult>;

/** The open subscriptions of a server. */
export interface Subscriptions {
  /** Counts a subscription while it is read. */
  track(answers: Answers): AsyncIterableIterator<ExecutionResult, void>;
  readonly open: number;
  /** Ends all of them: their clients are told that no more comes. */
  end(): void;
}

/**
 * Starts with none.
 *
 * @param onAnswer called with each answer that a client takes
 */
export function createSubscriptions(onAnswer: () => void): Subscriptions {
  const open = new Set<AsyncIterator<ExecutionResult>>();
  return {
    track(answers) {
      const source = answers[Symbol.asyncIterator]();
      const done = { done: true, value: undefined } as const;
      const iterator: AsyncIterableIterator<ExecutionResult, void> = {
        [Symbol.asyncIterator]: () => iterator,
        // Counted from the first read: an answer that nobody can take is never read, nor closed.
        async next() {
          open.add(source);
          try {
            const result = await source.next();
            if (result.done) {
              open.delete(source);
              return done;
            }
            onAnswer();
            return result;
          } catch (error) {
            open.delete(source);
            throw error;
          }
        },
        // Makes the pending next() settle: the schema's sources see to that (schema/live.ts).
        async return() {
          open.delete(source);
          await source.return?.();
          return done;
        },
      };
      return iterator;
    },
    get open() {
      return open.size;
    },
    end() {
      for (const source of open) source.return?.().catch(() => {});
    },
  };
}
