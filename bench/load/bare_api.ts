/**
 * Query peer: our schema and run store behind a bare Yoga, without access checks, limits or
 * metrics. Prints its address.
 * bare_api.ts HOME
 */
import { createYoga } from "graphql-yoga";
import { openStore } from "../../runs/store/open.ts";
import { LOCAL } from "../../schema/base/access.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { createApiSchema } from "../../resolvers/api_schema.ts";

if (import.meta.main) {
  const [home = ""] = Deno.args;
  const store = await openStore({ home });
  const context: ApiContext = {
    store,
    viewer: LOCAL,
    datasets: { open: () => Promise.reject(new Error("Nobody asks for a dataset here.")) },
  };
  const yoga = createYoga({
    schema: createApiSchema(),
    context,
    logging: false,
    // What is off in ours, too.
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    maxRequestBodySize: false,
  });
  Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
  }, (request) => yoga.fetch(request));
}
