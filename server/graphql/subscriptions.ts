/**
 * The subscriptions that are open, whatever their transport: how many there are, of all clients and of each, and how to
 * end them when the server stops. No event is kept here; each subscription reads the log at its client's pace.
 */
import type { ExecutionResult, GraphQLError } from "graphql";
import { refusal } from "../limits.ts";

/** The answers of one subscription. */
export type Results = AsyncIterable<ExecutionResult>;

/** How subscribers are connected. */
export const TRANSPORTS = ["sse", "websocket"] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Who subscribes, and how. */
export interface Subscriber {
  readonly client: string;
  readonly transport: Transport;
  /** When they may no more, in milliseconds since 1970; never, if it is left out. */
  readonly endsAt?: number | undefined;
}

/** The open subscriptions of a server. */
export interface Subscriptions {
  /** Why a client may not open one more; undefined if it may. */
  refuse(client: string): GraphQLError | undefined;
  /** Counts a client's subscription while it is read. */
  track(answers: Results, subscriber: Subscriber): AsyncIterableIterator<ExecutionResult, void>;
  /** Ends those of a client, with a reason as their last answer. */
  revoke(client: string, reason: GraphQLError): void;
  /** How many are open on a transport. */
  count(transport: Transport): number;
  /** Ends all of them: nothing more is read for them. */
  end(): void;
}

interface Subscription extends Subscriber {
  /** Why it ends. */
  reason?: GraphQLError;
}

/**
 * Starts with none.
 *
 * @param most how many a client may have open
 * @param onAnswer called with each answer that a client takes
 */
export function createSubscriptions(most: number, onAnswer: () => void): Subscriptions {
  const open = new Map<AsyncIterator<ExecutionResult>, Subscription>();
  const counts = new Map<string, number>();

  const refuse = (client: string) => {
    const count = counts.get(client) ?? 0;
    if (count < most) return undefined;
    return refusal(
      `a client must have at most ${most} subscriptions open, got ${count + 1}. End one first.`,
      "RATE_LIMITED",
      { status: 429 },
    );
  };

  function endFor(source: AsyncIterator<ExecutionResult>, reason: GraphQLError): void {
    const subscription = open.get(source);
    if (!subscription) return;
    subscription.reason = reason;
    source.return?.().catch(() => {});
  }

  return {
    refuse,
    track(answers, subscriber) {
      const { client, endsAt } = subscriber;
      let ending: ReturnType<typeof setTimeout> | undefined;
      const source = answers[Symbol.asyncIterator]();
      const done = { done: true, value: undefined } as const;
      const close = () => {
        if (!open.delete(source)) return;
        clearTimeout(ending);
        const others = (counts.get(client) ?? 0) - 1;
        if (others > 0) counts.set(client, others);
        else counts.delete(client);
      };
      let started = false;
      const iterator: AsyncIterableIterator<ExecutionResult, void> = {
        [Symbol.asyncIterator]: () => iterator,
        // Counted from the first read: an answer that nobody can take is never read, nor closed.
        async next() {
          if (!started) {
            started = true;
            // Of many that came at once, each was let in.
            const error = refuse(client);
            if (error) {
              await source.return?.();
              return { done: false, value: { errors: [error] } };
            }
            open.set(source, { ...subscriber });
            if (endsAt !== undefined) {
              ending = setTimeout(() => endFor(source, sessionEnded()), endsAt - Date.now());
            }
            counts.set(client, (counts.get(client) ?? 0) + 1);
          }
          try {
            const result = await source.next();
            if (result.done) {
              const reason = open.get(source)?.reason;
              close();
              return reason ? { done: false, value: { errors: [reason] } } : done;
            }
            onAnswer();
            return result;
          } catch (error) {
            close();
            throw error;
          }
        },
        // Makes the pending next() settle: the schema's sources see to that (schema/base/subscription_source.ts).
        async return() {
          close();
          await source.return?.();
          return done;
        },
      };
      return iterator;
    },
    revoke(client, reason) {
      for (const [source, subscription] of open) {
        if (subscription.client === client) endFor(source, reason);
      }
    },
    count: (transport) =>
      open.values().filter((subscription) => subscription.transport === transport).toArray().length,
    end() {
      for (const source of open.keys()) source.return?.().catch(() => {});
    },
  };
}

function sessionEnded(): GraphQLError {
  return refusal("the session has ended. Sign in again.", "UNAUTHENTICATED", { status: 401 });
}
