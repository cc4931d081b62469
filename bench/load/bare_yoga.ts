/**
 * The peer: a server that is nothing but Yoga, and a generator that has all its steps at hand. No log, no cursor, no
 * limit, no token. Prints where it listens.
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
