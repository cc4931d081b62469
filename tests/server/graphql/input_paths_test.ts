/** Paths to arguments that GraphQL.js refuses: inline, in variables, and over WebSocket. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { GraphQLFormattedError } from "graphql";
import { wsClient } from "../../support/clients.ts";
import { post } from "../../support/http.ts";
import { useServer } from "../../support/start_server.ts";

const END = [{ flatten: {} }, { linear: {} }];
const START = `mutation ($input: StartTrainingInput) {
  startTraining(input: $input) { run { id } }
}`;
const OF_LAYERS = `query ($layers: [LayerInput!]!) {
  checkTraining(input: { network: { layers: $layers } }) { ok }
}`;

describe("an argument that GraphQL.js refuses", () => {
  const server = useServer();
  const pathsOf = async (query: string, variables?: object): Promise<unknown> => {
    const { errors } = await (await post(server.origin, { query, variables })).json();
    return errors.map(({ extensions }: { extensions: { path?: unknown } }) => extensions.path);
  };

  for (
    const [name, layer, key] of [
      ["two members of a oneOf", "{ relu: {}, tanh: {} }", undefined],
      ["no member of a oneOf", "{}", undefined],
      ["a null", "{ relu: null }", undefined],
      ["an option of the wrong type", "{ softmax: { name: 5 } }", ["softmax", "name"]],
    ] as const
  ) {
    it(`has its path in the document: ${name}`, async () => {
      const network = `{ layers: [{ flatten: {} }, ${layer}, { linear: {} }] }`;
      const query = `{ checkTraining(input: { network: ${network} }) { ok } }`;
      assertEquals(await pathsOf(query), [["input", "network", "layers", 1, ...key ?? []]]);
    });
  }

  for (
    const [name, layer, key] of [
      ["two members of a oneOf", { relu: {}, tanh: {} }, []],
      ["no member of a oneOf", {}, []],
      ["a null", { relu: null }, ["relu"]],
      ['a text that looks like a path at "input.seed"; ', { softmax: { name: 5 } }, [
        "softmax",
        "name",
      ]],
    ] as const
  ) {
    it(`has its path in variables: ${name}`, async () => {
      const layers = [layer, ...END];
      const path = ["input", "network", "layers", 0, ...key];
      assertEquals(await pathsOf(START, { input: { network: { layers }, name } }), [path]);
      assertEquals(await pathsOf(OF_LAYERS, { layers }), [path]);
    });
  }

  it("has its path over WebSocket", async () => {
    const client = wsClient(server.origin);
    const [error] = await new Promise<readonly GraphQLFormattedError[]>((resolve, reject) =>
      client.subscribe({ query: OF_LAYERS, variables: { layers: [{}] } }, {
        next: ({ errors }) => resolve(errors ?? []),
        error: (errors) => resolve(errors as readonly GraphQLFormattedError[]),
        complete: () => reject(new Error("It was accepted.")),
      })
    );
    assertEquals(error?.extensions?.path, ["input", "network", "layers", 0]);
    await client.dispose();
  });

  it("has none where no argument is wrong", async () => {
    assertEquals(await pathsOf("{ checkTraining { okay } }"), [undefined]);
  });
});
