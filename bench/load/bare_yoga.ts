/**
 * Peer of subscriptions: plain Yoga with a generator whose steps are in memory, without log, cursor, limits or
 * tokens. Prints its address.
 *
 *     bare_yoga.ts STEPS
 */
import { createSchema, createYoga } from "graphql-yoga";

if (import.meta.main) {
  const steps = Number(Deno.args[0]);
  const runId = btoa("Run:bare");
  const yoga = createYoga({
    logging: false,
    graphiql: false,
    schema: createSchema({
      typeDefs: `
        type Batch { runId: ID! epoch: Int! step: Int! loss: Float! acc: Float! }
        type Query { ready: Boolean! }
        type Subscription { batches(runId: ID): Batch! }
      `,
      resolvers: {
        Subscription: {
          batches: {
            async *subscribe() {
              for (let step = 1; step <= steps; step++) {
                yield { batches: { runId, epoch: 1, step, loss: 1 / step, acc: 0.5 } };
              }
            },
          },
        },
      },
    }),
  });
  Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
  }, (request) => yoga.fetch(request, {}));
}
