/** Tokens that change while the server runs. */
import { assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { configureSync, resetSync } from "@logtape/logtape";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createWsClient } from "graphql-ws";
import { watchTokenFile } from "../../../server/auth/watch_token_file.ts";
import { readTokens } from "../../../server/auth/tokens.ts";
import { post } from "../../support/http.ts";
import { soon } from "../../support/until.ts";
import { startServer, type TestServer } from "../../support/start_server.ts";
import { createRun } from "../../support/written_run.ts";

const secretOf = (name: string) => `${name}0123456789abcdef`;
const lineOf = (name: string, scope = "read") => `${name} ${scope} ${secretOf(name)}\n`;
const as = (name: string) => ({ authorization: `Bearer ${secretOf(name)}` });

const STATES = "subscription { runStates { name } }";

describe("the tokens of a file that changes", () => {
  let folder: string;
  let server: TestServer;
  let end: () => void;
  /** The server's messages, and the waits for the next one. */
  let onSaid: (message: string) => void;
  beforeEach(async () => {
    onSaid = () => {};
    configureSync({
      sinks: { kept: ({ message }) => onSaid(message.join("")) },
      loggers: [
        { category: ["epochql"], lowestLevel: "info", sinks: ["kept"] },
        { category: ["logtape", "meta"], lowestLevel: "error", sinks: [] },
      ],
    });
    folder = await Deno.makeTempDir({ prefix: "epochql-tokens-" });
    const config = { tokensFile: `${folder}/tokens` };
    await Deno.writeTextFile(config.tokensFile, lineOf("alice") + lineOf("bob"));
    const tokens = readTokens(config);
    server = await startServer({ tokens });
    end = watchTokenFile(config, tokens, server.setTokens, 5);
  });
  afterEach(async () => {
    end();
    await server[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
    resetSync();
  });

  /** Writes the file anew, and waits until the server says something that matches. */
  async function write(text: string, said: RegExp): Promise<void> {
    const heard = new Promise<void>((resolve) => {
      onSaid = (message) => {
        if (said.test(message)) resolve();
      };
    });
    // As Kubernetes does it: at once.
    await Deno.writeTextFile(`${folder}/new`, text);
    await Deno.rename(`${folder}/new`, `${folder}/tokens`);
    await soon(heard, `the server must say ${said}`);
  }

  const statusFor = async (name: string) => {
    const response = await post(server.origin, { query: "{ __typename }" }, as(name));
    await response.body?.cancel();
    return response.status;
  };

  it("replace the old ones, and a client with a revoked token is disconnected", async () => {
    await createRun(server.store, "the first");
    const streamOf = (name: string) =>
      createSseClient({ url: `${server.origin}/graphql`, headers: as(name), retryAttempts: 0 });
    const [aliceClient, bobClient] = [streamOf("alice"), streamOf("bob")];
    const alice = aliceClient.iterate({ query: STATES });
    const bob = bobClient.iterate({ query: STATES });
    const closed = Promise.withResolvers<unknown>();
    const socket = createWsClient({
      url: `${server.origin.replace("http", "ws")}/graphql`,
      retryAttempts: 0,
      connectionParams: as("alice"),
      on: { closed: closed.resolve },
    });
    const states = socket.iterate({ query: STATES });
    const first = { data: { runStates: { name: "the first" } } };
    for (const events of [alice, bob, states]) assertEquals((await events.next()).value, first);

    const over = states.next().catch((error) => error);
    await write(lineOf("bob") + lineOf("carol"), /The tokens have changed; taken now: 2\./);

    const { value } = await soon(alice.next(), "it must end");
    assertEquals(value?.errors?.[0]?.extensions?.code, "UNAUTHENTICATED");
    assertEquals((await soon(alice.next(), "it must end")).done, true);
    assertEquals((await soon(closed.promise, "it must be closed") as CloseEvent).code, 4401);
    await over;
    assertEquals(await Promise.all(["alice", "bob", "carol"].map(statusFor)), [401, 200, 200]);
    await createRun(server.store, "the second");
    assertEquals((await soon(bob.next(), "others must go on")).value, {
      data: { runStates: { name: "the second" } },
    });
    for (const client of [aliceClient, bobClient]) client.dispose();
    await socket.dispose();
  });

  it("disconnect a client whose token has another scope now", async () => {
    const client = createSseClient({
      url: `${server.origin}/graphql`,
      headers: as("alice"),
      retryAttempts: 0,
    });
    await createRun(server.store, "the first");
    const events = client.iterate({ query: STATES });
    await events.next();
    await write(lineOf("alice", "write") + lineOf("bob"), /The tokens have changed/);
    const { value } = await soon(events.next(), "it must end");
    assertEquals(value?.errors?.[0]?.extensions?.code, "UNAUTHENTICATED");
    client.dispose();
  });

  it("stay as they were if the file is invalid", async () => {
    for (const text of ["", "nonsense\n", lineOf("carol") + lineOf("carol")]) {
      await write(text, /The tokens stay as they were: .*EPOCHQL_TOKENS_FILE/);
      assertEquals(await statusFor("alice"), 200);
    }
    await write(lineOf("carol"), /The tokens have changed; taken now: 1\./);
    assertEquals(await Promise.all(["alice", "carol"].map(statusFor)), [401, 200]);
  });
});
