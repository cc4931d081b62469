/** A small schema whose subscriptions, mutations and slow query a test can count and hold. */
import {
  GraphQLError,
  type GraphQLFieldConfig,
  GraphQLInt,
  GraphQLObjectType,
  type GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
} from "graphql";
import type { ApiContext } from "../../schema/base/context.ts";
import { subscriptionSource } from "../../schema/base/subscription_source.ts";

const LONG = "x".repeat(100_000);

/** The schema and its counters. */
export interface Ticks {
  readonly schema: GraphQLSchema;
  /** Counts open subscriptions. */
  open(): number;
  /** Counts the events of all subscriptions. */
  ticks(): number;
  mutations(): number;
  /** The query `slow`: resolves when it is executed, and answers it. */
  readonly slow: { readonly asked: Promise<void>; answer(text: string): void };
  /** The subscription `late`, which opens after its client has left: its start and its end. */
  readonly late: { readonly asked: Promise<void>; readonly ended: Promise<void> };
}

type Events = (
  signal: AbortSignal,
  args: { readonly to?: number },
) => AsyncGenerator<unknown, void>;

/** Creates a schema with counters of its own. */
export function createTicks(): Ticks {
  let [open, ticks, mutations] = [0, 0, 0];
  const slow = { asked: Promise.withResolvers<void>(), answer: Promise.withResolvers<string>() };
  const late = { asked: Promise.withResolvers<void>(), ended: Promise.withResolvers<void>() };

  /** Yields as fast as the client reads. */
  const counting = (toEvent: (n: number) => unknown): Events =>
    async function* (signal, { to = Infinity }) {
      open++;
      try {
        for (let n = 1; !signal.aborted && n <= to; n++) {
          ticks++;
          yield toEvent(n);
          // An event of a log takes a turn of the event loop too.
          await new Promise((resolve) => setTimeout(resolve));
        }
      } finally {
        open--;
      }
    };
  // deno-lint-ignore require-yield
  const silent: Events = async function* (signal) {
    open++;
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    open--;
  };
  const field = (type: GraphQLScalarType, events: Events) => ({
    type,
    args: { to: { type: GraphQLInt } },
    subscribe: (_root, args, context, info) =>
      subscriptionSource(context, info, (signal) => events(signal, args)),
  } satisfies GraphQLFieldConfig<unknown, ApiContext>);

  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: "Query",
      fields: {
        number: { type: GraphQLInt, args: { n: { type: GraphQLInt } }, resolve: () => 42 },
        slow: {
          type: GraphQLString,
          resolve() {
            slow.asked.resolve();
            return slow.answer.promise;
          },
        },
      },
    }),
    mutation: new GraphQLObjectType({
      name: "Mutation",
      fields: { count: { type: GraphQLInt, resolve: () => ++mutations } },
    }),
    subscription: new GraphQLObjectType<unknown, ApiContext>({
      name: "Subscription",
      fields: {
        ticks: field(GraphQLInt, counting((ticks) => ({ ticks }))),
        texts: field(GraphQLString, counting(() => ({ texts: LONG }))),
        failing: {
          ...field(GraphQLInt, counting(() => ({}))),
          resolve() {
            throw new GraphQLError("Cannot count: it is made up.");
          },
        },
        silent: field(GraphQLInt, silent),
        late: {
          type: GraphQLInt,
          async subscribe(_root, _args, { request }) {
            late.asked.resolve();
            await new Promise((resolve) => request?.signal.addEventListener("abort", resolve));
            return new ReadableStream({ cancel: late.ended.resolve });
          },
        },
      },
    }),
  });
  return {
    schema,
    open: () => open,
    ticks: () => ticks,
    mutations: () => mutations,
    slow: { asked: slow.asked.promise, answer: slow.answer.resolve },
    late: { asked: late.asked.promise, ended: late.ended.promise },
  };
}
