/** Results of subscriptions that are shared by clients with the same operation. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema } from "graphql";
import { createClient } from "graphql-sse";
import { startServer } from "../../support/start_server.ts";

/** A subscription whose events all watchers are given as the same objects, once `watchers` of them are there. */
function sharedSchema(watchers: number) {
  const events = [1, 2, 3].map((number) => ({ number }));
  const all = Promise.withResolvers<void>();
  let [arrived, executions] = [0, 0];
  const number = { type: new GraphQLNonNull(GraphQLInt) };
  const event = new GraphQLObjectType<{ readonly number: number }>({
    name: "Event",
    fields: {
      number: {
        ...number,
        args: { times: { type: GraphQLInt, defaultValue: 1 } },
        resolve(event, { times }) {
          executions++;
          return event.number * times;
        },
      },
    },
  });
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({ name: "Query", fields: { number } }),
    subscription: new GraphQLObjectType({
      name: "Subscription",
      fields: {
        events: {
          type: event,
          args: {
            after: { type: GraphQLInt, defaultValue: 0 },
            every: { type: GraphQLInt, defaultValue: 1 },
          },
          async *subscribe(_root: unknown, { after, every }: Record<"after" | "every", number>) {
            if (++arrived === watchers) all.resolve();
            await all.promise;
            yield* events.filter(({ number }) => number > after && (number - 1) % every === 0);
          },
          resolve: (event) => event,
        },
      },
    }),
  });
  return { schema, executions: () => executions };
}

async function watch(
  origin: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<readonly number[]> {
  const client = createClient({ url: `${origin}/graphql`, retryAttempts: 0 });
  const numbers: number[] = [];
  const heard = client.iterate<{ events: { number: number } }>({ query, variables });
  for await (const { data } of heard) numbers.push(data?.events.number ?? NaN);
  client.dispose();
  return numbers;
}

describe("results of subscriptions", () => {
  it("are executed once for clients with the same operation, whatever their cursors", async () => {
    const { schema, executions } = sharedSchema(5);
    await using server = await startServer({ schema });
    const query = "subscription ($after: Int) { events(after: $after) { number } }";
    const cursors = [0, 0, 0, 1, 2];
    const heard = await Promise.all(cursors.map((after) => watch(server.origin, query, { after })));
    assertEquals(heard, [[1, 2, 3], [1, 2, 3], [1, 2, 3], [2, 3], [3]]);
    assertEquals(executions(), 3);
  });

  it("are those of the events that each client selects, though they begin alike", async () => {
    const { schema, executions } = sharedSchema(4);
    await using server = await startServer({ schema });
    const query = "subscription ($every: Int) { events(every: $every) { number } }";
    const heard = await Promise.all(
      [1, 2, 3, 1].map((every) => watch(server.origin, query, { every })),
    );
    assertEquals(heard, [[1, 2, 3], [1, 3], [1], [1, 2, 3]]);
    assertEquals(executions(), 3);
  });

  it("are executed for each client that selects other fields of the same events", async () => {
    const { schema, executions } = sharedSchema(4);
    await using server = await startServer({ schema });
    const query = "subscription ($times: Int) { events { number(times: $times) } }";
    const heard = await Promise.all([
      ...[1, 2, 2].map((times) => watch(server.origin, query, { times })),
      watch(server.origin, "subscription { events { number } }"),
    ]);
    assertEquals(heard, [[1, 2, 3], [2, 4, 6], [2, 4, 6], [1, 2, 3]]);
    assertEquals(executions(), 9);
  });

  it("are executed for each client where one gives null and others leave the default", async () => {
    const { schema, executions } = sharedSchema(4);
    await using server = await startServer({ schema });
    const query = "subscription ($times: Int = 2) { events { number(times: $times) } }";
    const heard = await Promise.all(
      [{}, { times: null }, {}, { times: null }].map((given) => watch(server.origin, query, given)),
    );
    assertEquals(heard, [[2, 4, 6], [0, 0, 0], [2, 4, 6], [0, 0, 0]]);
    assertEquals(executions(), 6);
  });
});
