/**
 * Hive gateway in front of the server, with the configuration in examples/clients/: a run is followed over a restart.
 * Its packages take minutes to install, and are used with EPOCHQL_TEST_CLIENTS=all only.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openStore } from "../../runs/store/open.ts";
import { freePort, temporaryFolder } from "../../tools/processes.ts";
import { post } from "../support/http.ts";
import { startServer } from "../support/start_server.ts";
import { soon, until } from "../support/until.ts";
import { claimRun } from "../support/written_run.ts";

const FOLDER = fileURLToPath(new URL("../../examples/clients/hive_gateway/", import.meta.url));
const TOKEN = "correct-horse-battery-staple";
const START = "mutation { startTraining(input: { epochs: 3, seed: 1 }) { run { id } } }";
const EPOCHS =
  "subscription ($id: ID, $last: Int) { epochs(runId: $id, afterEpoch: $last) { number } }";

const scratch = Deno.makeTempDirSync({ prefix: "epochql-gateway-" });
const missing = await install();
if (missing) {
  console.warn(`Skipped: hive_gateway: ${missing}`);
  await Deno.remove(scratch, { recursive: true });
}

describe("examples/clients/hive_gateway", { ignore: missing !== undefined }, () => {
  const home = temporaryFolder();
  const port = freePort();
  let store: Awaited<ReturnType<typeof openStore>>;
  let server: Awaited<ReturnType<typeof startServer>>;
  let gateway: Deno.ChildProcess;
  const origin = `http://127.0.0.1:${freePort()}`;

  before(async () => {
    store = await openStore({ home: home.path });
    server = await startServer({ store, token: TOKEN, port });
    gateway = startGateway(server.origin, new URL(origin).port);
    await until("the gateway answers", async () => {
      const response = await post(origin, { query: "{ __typename }" }).catch(() => undefined);
      return (await response?.text())?.includes("Query");
    });
  });
  after(async () => {
    gateway.kill();
    await gateway.status;
    await server[Symbol.asyncDispose]();
    await store.close();
    home[Symbol.dispose]();
    await Deno.remove(scratch, { recursive: true });
  });

  it("passes on epochs, a stop of the server as an error, and what came meanwhile", async () => {
    const started = await (await post(origin, { query: START })).json();
    const { id } = started.data.startTraining.run;
    const worker = await claimRun(store);
    await worker.trainEpoch();
    const response = await follow(origin, { id, last: 0 });
    assertEquals(response.status, 200);
    let text = "";
    const read = (async () => {
      const stream = response.body?.pipeThrough(new TextDecoderStream()) ?? [];
      for await (const chunk of stream) text += chunk;
    })();
    await until("the first epoch arrives", () => text.includes('"number":1'));
    await server[Symbol.asyncDispose]();
    await worker.trainEpoch();
    await soon(read, "the stream must end");
    assertMatch(text, /"number":1[\s\S]*"errors":\[[\s\S]*event: complete/);

    server = await startServer({ store, token: TOKEN, port });
    await worker.trainEpoch();
    await worker.complete();
    const whole = await (await follow(origin, { id, last: 1 })).text();
    assertEquals([...whole.matchAll(/"number":(\d)/g)].map(([, number]) => number), ["2", "3"]);
    assertEquals(whole.includes('"errors"'), false);
  });

  it("passes on the code and the path of an error", async () => {
    const query = '{ run(id: "nonsense") { id } }';
    const { errors: [error] } = await (await post(origin, { query })).json();
    assertEquals([error.extensions.code, error.path], ["BAD_USER_INPUT", ["run"]]);
  });
});

/** Installs the gateway in the scratch folder, and returns why that is not possible. */
async function install(): Promise<string | undefined> {
  if (Deno.env.get("EPOCHQL_TEST_CLIENTS") !== "all") return "EPOCHQL_TEST_CLIENTS must be all";
  for (const name of ["package.json", "gateway.config.mjs"]) {
    await Deno.copyFile(join(FOLDER, name), join(scratch, name));
  }
  try {
    const args = ["install", "--no-audit", "--no-fund", "-s"];
    const command = new Deno.Command("npm", { args, cwd: scratch, stdin: "null" });
    const { success, stderr } = await command.output();
    return success ? undefined : new TextDecoder().decode(stderr);
  } catch (error) {
    return `npm: ${error}`;
  }
}

function startGateway(url: string, port: string): Deno.ChildProcess {
  return new Deno.Command(join(scratch, "node_modules/.bin/hive-gateway"), {
    args: ["proxy", "--host", "127.0.0.1", "--port", port],
    cwd: scratch,
    env: { EPOCHQL_URL: url, EPOCHQL_TOKEN: TOKEN },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

function follow(origin: string, variables: Readonly<Record<string, unknown>>): Promise<Response> {
  return post(origin, { query: EPOCHS, variables }, { accept: "text/event-stream" });
}
