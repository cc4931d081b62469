/**
 * Open subscriptions on every transport: counts them per client and in total, and ends them when the server stops. No
 * event is buffered here; each subscription reads the log at its client's pace.
 */
import type { ExecutionResult, GraphQLError } from "graphql";
import {
  createPullSource,
  type PullSource,
  type Sink,
  toPullSource,
} from "../../lib/streams/pull_source.ts";
import type { Transport } from "../http/client.ts";
import { refusal } from "../http/refusal.ts";

/** Results of one subscription. */
export type Results = AsyncIterable<ExecutionResult>;

/** Client of a subscription. */
export interface Subscriber {
  /** Key that the client is counted by. */
  readonly client: string;
  readonly transport: Transport;
  /** End of its session, in milliseconds since 1970; it does not end by default. */
  readonly endsAt?: number | undefined;
}

/** Open subscriptions of a server. */
export interface Subscriptions {
  /** Returns why a client may not open one more; undefined if it may. */
  refuse(client: string): GraphQLError | undefined;
  /** Counts a client's subscription while it is read. */
  track(results: Results, subscriber: Subscriber): PullSource<ExecutionResult>;
  /** Ends the subscriptions of a client, with a reason as their last result. */
  revoke(client: string, reason: GraphQLError): void;
  /** Returns the number of open subscriptions on a transport. */
  count(transport: Transport): number;
  /** Ends all subscriptions. */
  end(): void;
}

type Source = PullSource<ExecutionResult>;

interface Subscription extends Subscriber {
  /** Error that ends it. */
  reason?: GraphQLError;
}

/** Reactions to the life of a tracked subscription. */
interface Hooks {
  /** Called when a reader connects; returns an error that refuses the subscription. */
  onStart(): GraphQLError | undefined;
  onResult(count: number): void;
  /** Called at each end, perhaps twice. Returns the error to send as the last result. */
  onEnd(): GraphQLError | undefined;
}

/**
 * Creates an empty set of subscriptions.
 *
 * @param max number that a client may have open
 * @param onResult called with the number of results that clients have read
 */
export function createSubscriptions(
  max: number,
  onResult: (count: number) => void,
): Subscriptions {
  const open = new Map<Source, Subscription>();
  const counts = new Map<string, number>();

  const refuse = (client: string) => {
    const count = counts.get(client) ?? 0;
    if (count < max) return undefined;
    return refusal(
      `a client must have at most ${max} subscriptions open, got ${count + 1}. End one first.`,
      "RATE_LIMITED",
      { status: 429 },
    );
  };

  function endWith(source: Source, reason: GraphQLError): void {
    const subscription = open.get(source);
    if (!subscription) return;
    subscription.reason = reason;
    source.return().catch(() => {});
  }

  return {
    refuse,
    track(results, subscriber) {
      const { client, endsAt } = subscriber;
      const source = toPullSource(results);
      let expiry: ReturnType<typeof setTimeout> | undefined;
      return trackSource(source, {
        onStart() {
          // Of many that were accepted at once, some may exceed the limit.
          const error = refuse(client);
          if (error) return error;
          open.set(source, { ...subscriber });
          if (endsAt !== undefined) {
            expiry = setTimeout(() => endWith(source, sessionEnded()), endsAt - Date.now());
          }
          counts.set(client, (counts.get(client) ?? 0) + 1);
          return undefined;
        },
        onResult,
        onEnd() {
          const reason = open.get(source)?.reason;
          if (!open.delete(source)) return undefined;
          clearTimeout(expiry);
          const others = (counts.get(client) ?? 0) - 1;
          if (others > 0) counts.set(client, others);
          else counts.delete(client);
          return reason;
        },
      });
    },
    revoke(client, reason) {
      for (const [source, subscription] of open) {
        if (subscription.client === client) endWith(source, reason);
      }
    },
    count: (transport) =>
      open.values().filter((subscription) => subscription.transport === transport).toArray().length,
    end() {
      for (const source of open.keys()) source.return().catch(() => {});
    },
  };
}

/** Starts when a reader connects: a result that no client reads is neither read nor closed. */
function trackSource(source: Source, hooks: Hooks): Source {
  return createPullSource<ExecutionResult>((sink) => {
    const refused = hooks.onStart();
    if (refused) {
      source.return().catch(() => {});
      return givingOnly(sink, refused);
    }
    sink.live?.onTaken.push((results, others) => hooks.onResult(results * others));
    return source.connect({
      ...sink,
      next(result) {
        hooks.onResult(1);
        sink.next(result);
      },
      end() {
        const reason = hooks.onEnd();
        if (reason) sink.next({ errors: [reason] });
        else sink.end();
      },
      fail(error) {
        hooks.onEnd();
        sink.fail(error);
      },
    });
  }, () => {
    hooks.onEnd();
    // Settles a pull that waits.
    return source.return();
  });
}

/** Returns the pulls of a subscription that gives only an error. */
function givingOnly(sink: Sink<ExecutionResult>, error: GraphQLError): () => void {
  let isGiven = false;
  return () => {
    if (isGiven) return sink.end();
    isGiven = true;
    sink.next({ errors: [error] });
  };
}

function sessionEnded(): GraphQLError {
  return refusal("the session has ended. Sign in again.", "UNAUTHENTICATED", { status: 401 });
}
