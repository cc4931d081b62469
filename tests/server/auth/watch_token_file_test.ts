/** Tokens that change while the server runs. */
import { assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { watchTokenFile } from "../../../server/auth/watch_token_file.ts";
import { readTokens } from "../../../server/auth/tokens.ts";
import { sseClient, wsClient } from "../../support/clients.ts";
import { bearer, statusOf } from "../../support/http.ts";
import { keepLog } from "../../support/kept_log.ts";
import { startServer, type TestServer } from "../../support/start_server.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { soon, until } from "../../support/until.ts";
import { createRun } from "../../support/written_run.ts";

const secretOf = (name: string) => `${name}0123456789abcdef`;
const lineOf = (name: string, scope = "read") => `${name} ${scope} ${secretOf(name)}\n`;
const as = (name: string) => bearer(secretOf(name));

const STATES = "subscription { runStates { name } }";

describe("the tokens of a file that changes", () => {
  const folder = folderPerTest();
  const log = keepLog("info");
  let server: TestServer;
  let end: () => void;
  beforeEach(async () => {
    const config = { tokensFile: folder.join("tokens") };
    await Deno.writeTextFile(config.tokensFile, lineOf("alice") + lineOf("bob"));
    const tokens = readTokens(config);
    server = await startServer({ tokens });
    end = watchTokenFile(config, tokens, server.setTokens, 5);
  });
  afterEach(async () => {
    end();
    await server[Symbol.asyncDispose]();
  });

  /** Writes the file anew, and waits until the server says something that matches. */
  async function write(text: string, said: RegExp): Promise<void> {
    const { length } = log.records;
    // As Kubernetes does it: at once.
    await Deno.writeTextFile(folder.join("new"), text);
    await Deno.rename(folder.join("new"), folder.join("tokens"));
    const messages = () => log.records.slice(length).map(({ message }) => message.join(""));
    await until(`the server says ${said}`, () => messages().some((message) => said.test(message)));
  }

  const statusFor = (name: string) => statusOf(server.post({ query: "{ __typename }" }, as(name)));

  const streamOf = (name: string) => sseClient(server.origin, { headers: as(name) });

  it("replace the old ones, and a client with a revoked token is disconnected", async () => {
    await createRun(server.store, "the first");
    const [aliceClient, bobClient] = [streamOf("alice"), streamOf("bob")];
    const alice = aliceClient.iterate({ query: STATES });
    const bob = bobClient.iterate({ query: STATES });
    const closed = Promise.withResolvers<unknown>();
    const socket = wsClient(server.origin, {
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
    const client = streamOf("alice");
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
