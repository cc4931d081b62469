/** Apollo Client's cache with the policies of docs/clients.md, counted in requests. */
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { startServer } from "../support/start_server.ts";
import { until } from "../support/until.ts";
import { checkpoint, startRun } from "../support/written_run.ts";

const TYPE_POLICIES = {
  Progress: { merge: true },
  Metrics: { merge: true },
  Epoch: { keyFields: ["runId", "number"] },
  Batch: { keyFields: ["runId", "step"] },
  Checkpoint: { keyFields: ["runId", "file"] },
};

const FIRST = gql`query ($id: ID!) {
  run(id: $id) { id progress { step } checkpoints { runId file step } metrics { testAcc } }
}`;
const SECOND = gql`query ($id: ID!) {
  run(id: $id) { id progress { epochs } checkpoints { runId file sha256 } metrics { trainLoss } }
}`;

describe("Apollo Client's cache", () => {
  it("asks once for each of two queries of a run that overlap, and keeps both", async () => {
    await using server = await startServer();
    const run = await startRun(server.store);
    await run.trainEpoch();
    await run.append(checkpoint(1, 4));
    let requests = 0;
    const counting = new ApolloLink((operation, forward) => {
      requests++;
      return forward(operation);
    });
    const client = new ApolloClient({
      cache: new InMemoryCache({ typePolicies: TYPE_POLICIES }),
      link: counting.concat(new HttpLink({ uri: server.url })),
    });
    const variables = { id: run.id };
    let complete = 0;
    const watched = [FIRST, SECOND].map((query) =>
      client.watchQuery({ query, variables }).subscribe(({ dataState }) => {
        if (dataState === "complete") complete++;
      })
    );
    await until("both queries are answered", () => complete >= 2);
    for (const query of [FIRST, SECOND]) await client.query({ query, variables });
    assertEquals(requests, 2);
    for (const each of watched) each.unsubscribe();
    client.stop();
  });
});
