/** The process that `deno task start` leaves running: its start, its errors and its end. */
import { assert, assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { readConfig } from "../config.ts";
import { slotHolder } from "../runs/supervisor/slots.ts";
import { serverPermissions } from "../server/permissions.ts";
import { postgresSkipReason, startPostgres } from "../tools/postgres_server.ts";
import { type Program, startProgram } from "./support/program.ts";
import { soon, until } from "./support/until.ts";
import { bearer, post, readMetrics, statusOf } from "./support/http.ts";
import { CLEARED } from "./support/stack.ts";
import { folderPerTest } from "./support/temporary_folder.ts";
import { startReceiver } from "./webhooks/receiver.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

describe("main.ts", () => {
  const folder = folderPerTest();
  let home: string;
  beforeEach(async () => {
    home = folder.join("home");
    await Deno.mkdir(home);
  });
  afterEach(async () => {
    const pid = await workerPid().catch(() => undefined);
    if (pid !== undefined) Deno.kill(pid, "SIGKILL");
  });

  /** The process id of the worker that it keeps. */
  async function workerPid(): Promise<number | undefined> {
    return (await slotHolder(home, 1))?.pid;
  }

  /** Starts it with the least permissions that its configuration needs. */
  function start(env: Record<string, string> = {}, args: readonly string[] = []): Program {
    const variables = { PORT: "0", HOST: "127.0.0.1", EPOCHQL_HOME: home, ...env };
    const config = { port: 0, hostname: "127.0.0.1", home, ...safely(variables) };
    return startProgram({
      args: [...serverPermissions(config), MAIN, ...args],
      env: { ...CLEARED, ...variables },
    });
  }

  /** Waits until it serves. */
  async function serving(started: Program): Promise<string> {
    const line = /^epochql is ready: (http:\/\/127\.0\.0\.1:\d+)\n/;
    const [, origin = ""] = await soon(started.printed(line), "the server must become ready");
    return origin;
  }

  it("serves with the least permissions, and stops with its worker", async () => {
    const started = start();
    const origin = await serving(started);
    assertEquals((await fetch(`${origin}/healthz`)).status, 200);
    await becomesReady(origin);

    const response = await fetch(`${origin}/graphql?query=subscription{runStates{id}}`, {
      headers: { accept: "text/event-stream" },
    });
    started.kill("SIGTERM");
    // It breaks off: there may be more to come, from the next server.
    // Broken off rather than ended: no client takes it for the end of a run.
    await assertRejects(() => response.text(), TypeError);
    const { code, stderr } = await soon(started.end, "the server must end");
    assertEquals(code, 0, stderr);
    assertNotMatch(stderr, /error/i);
    assertEquals(await workerPid(), undefined);
  });

  it("runs the configured number of workers", async () => {
    const started = start({ WORKERS: "2" });
    const origin = await serving(started);
    await until("two workers are there", async () => {
      return (await readMetrics(origin)).get("epochql_workers") === 2;
    });
    started.kill("SIGTERM");
    assertEquals((await soon(started.end, "the server must end")).code, 0);
    assertEquals(await slotHolder(home, 2), undefined);
  });

  it("reads the file of tokens, and writes the audit log at every level", async () => {
    const secret = "0123456789abcdef";
    const EPOCHQL_TOKENS_FILE = folder.join("tokens");
    await Deno.writeTextFile(EPOCHQL_TOKENS_FILE, `ci write ${secret}\n`);
    const started = start({ EPOCHQL_TOKENS_FILE, WORKERS: "0", LOG_LEVEL: "error" });
    const query = "mutation Go { startTraining { run { id } } }";
    const response = await post(await serving(started), { query }, bearer(secret));
    assertEquals((await response.json()).errors, undefined);
    started.kill("SIGTERM");
    const { stderr } = await soon(started.end, "the server must end");
    const { logger, message, properties } = JSON.parse(stderr);
    assertEquals(logger, "epochql.audit");
    assertMatch(message, /^"?ci"? at /);
    assertEquals(properties.code, "OK");

    await Deno.writeTextFile(EPOCHQL_TOKENS_FILE, `ci everything ${secret}\n`);
    const wrong = await soon(start({ EPOCHQL_TOKENS_FILE }).end, "the server must not start");
    assertEquals(wrong.code, 2);
    assertEquals(
      wrong.stderr,
      `Cannot start with EPOCHQL_TOKENS_FILE=${EPOCHQL_TOKENS_FILE}: ` +
        "line 1 must have one of read, write, admin as its second word.\n",
    );
  });

  it("serves without workers where they run elsewhere, and is ready", async () => {
    const started = start({ WORKERS: "0" });
    const response = await fetch(`${await serving(started)}/readyz`);
    const { worker } = await response.json();
    assertEquals(response.status, 200);
    assertMatch(worker, /no worker is alive/);
    started.kill("SIGTERM");
    assertEquals((await soon(started.end, "the server must end")).code, 0);
    assertEquals(await workerPid(), undefined);
  });

  it("delivers webhooks with the least permissions, also after it was killed", async () => {
    await using receiver = startReceiver();
    const env = { WORKERS: "0", EPOCHQL_WEBHOOK_ALLOW: "127.0.0.1" };
    const first = start(env);
    let origin = await serving(first);
    const ask = async (query: string, variables: Readonly<Record<string, unknown>> = {}) => {
      const { data, errors } = await (await post(origin, { query, variables })).json();
      assertEquals(errors, undefined);
      return data;
    };
    await ask(
      "mutation ($url: String!) { createWebhook(input: { url: $url }) { webhook { id } } }",
      { url: receiver.url },
    );
    const startAndCancel = async () => {
      const { startTraining: { run: { id } } } = await ask(
        "mutation { startTraining { run { id } } }",
      );
      await ask("mutation ($id: ID!) { cancelTraining(runId: $id) { run { id } } }", { id });
      return id;
    };
    const ids = [await startAndCancel()];
    await until("the first is delivered", async () => {
      return (await ask("{ webhooks { delivered } }")).webhooks[0].delivered === 1;
    });
    first.kill("SIGKILL");
    await first.end;
    const second = start(env);
    origin = await serving(second);
    ids.push(await startAndCancel());
    await until("the second is delivered", () => receiver.received.length >= 2);
    assertEquals(receiver.received.map(({ type, data }) => [type, data.run.id]), [
      ...ids.map((id) => ["run.cancelled", id]),
    ]);
    assertEquals((await readMetrics(origin)).get('epochql_webhooks{state="active"}'), 1);
    second.kill("SIGTERM");
    const { code, stderr } = await soon(second.end, "the server must end");
    assertEquals(code, 0, stderr);
  });

  it("counts two simultaneous signals as one press of Ctrl-C, as task runners double it", async () => {
    const started = start();
    await becomesReady(await serving(started));
    started.kill("SIGINT");
    started.kill("SIGINT");
    assertEquals((await soon(started.end, "the server must end")).code, 0);
  });

  it("ends at once at the second signal, even if the worker hangs", async () => {
    const started = start();
    const origin = await serving(started);
    await becomesReady(origin);
    const worker = await workerPid();
    if (worker === undefined) throw new Error("There must be a worker.");
    Deno.kill(worker, "SIGSTOP");
    started.kill("SIGINT");
    const again = setInterval(() => started.kill("SIGINT"), 100);
    const { code } = await soon(started.end, "the server must end");
    clearInterval(again);
    assertEquals(code, 130);
  });

  it("logs how the worker died, and starts it again", async () => {
    const started = start();
    await becomesReady(await serving(started));
    const worker = await workerPid();
    if (worker === undefined) throw new Error("There must be a worker.");
    Deno.kill(worker, "SIGKILL");
    await until("the worker is started again", async () => {
      const pid = await workerPid();
      return pid !== undefined && pid !== worker;
    });
    started.kill("SIGTERM");
    assertMatch((await started.end).stderr, /The worker has died: it was ended by SIGKILL/);
  });

  it("stores runs in PostgreSQL, is UNAVAILABLE without it, and continues when it is back", {
    ignore: postgresSkipReason !== undefined,
  }, async () => {
    const database = await startPostgres();
    try {
      const DATABASE_URL = database.url().replace("tester@", "tester:hunter2@");
      const started = start({ DATABASE_URL });
      const origin = await serving(started);
      const ask = async (query: string) => {
        const body = JSON.stringify({ query });
        const headers = { "content-type": "application/json" };
        return await (await fetch(`${origin}/graphql`, { method: "POST", headers, body })).json();
      };
      await becomesReady(origin);
      const { data } = await ask(`mutation { startTraining { run { id } } }`);
      assert(data.startTraining.run.id);
      assertEquals((await database.query("select * from runs")).length, 1);
      await database.kill();
      const away = await ask("{ runs { totalCount } }");
      assertEquals(away.errors[0].extensions.code, "UNAVAILABLE");
      assertEquals((await fetch(`${origin}/readyz`)).status, 503);
      await database.start();
      assertEquals((await ask("{ runs { totalCount } }")).data.runs.totalCount, 1);
      await becomesReady(origin);
      started.kill("SIGTERM");
      const { code, stdout, stderr } = await soon(started.end, "the server must end");
      assertEquals(code, 0, stderr);
      assertNotMatch(`${stdout}${stderr}${JSON.stringify(away)}`, /hunter2/);
    } finally {
      await database.remove();
    }
  });

  it("reports that a port is in use, and leaves no worker", async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    const { code, stdout, stderr } = await start({ PORT: String(port) }).end;
    listener.close();
    assertEquals(code, 1);
    assertEquals(stdout, "");
    assertEquals(
      stderr,
      `Cannot listen on port ${port}: it is in use, perhaps by another epochql. ` +
        "Stop that, or set PORT to another port.\n",
    );
    assertEquals(await workerPid(), undefined);
  });

  it("is ready in a line of its log where that is JSON", async () => {
    const started = start({ LOG_FORMAT: "json", WORKERS: "0" });
    const [line] = await soon(started.told(/^.*is ready.*$/m), "the server must become ready");
    assertMatch(JSON.parse(line).message, /^epochql is ready: http:\S+ \(process \d+\)\.$/);
    started.kill("SIGTERM");
    const { stdout, stderr } = await started.end;
    assertEquals(stdout, "");
    for (const each of stderr.trim().split("\n")) JSON.parse(each);
  });

  it("reports an invalid variable, and ends with 2", async () => {
    const { code, stdout, stderr } = await start({ PORT: "http" }).end;
    assertEquals(code, 2);
    assertEquals(stdout, "");
    assertMatch(stderr, /^Cannot start with PORT=http: PORT must be .*, got http\.\n$/);
    const open = await start({ HOST: "0.0.0.0" }).end;
    assertEquals(open.code, 2);
    assertMatch(open.stderr, /^Cannot start with HOST=0\.0\.0\.0: EPOCHQL_TOKEN must be set/);
  });

  it("explains itself with --help, and refuses an argument rather than ignoring it", async () => {
    const { code, stdout } = await start({}, ["--help"]).end;
    assertEquals(code, 0);
    assertMatch(stdout, /^Usage: deno task start\n[^]+\n {2}PORT +port \(8000\)\n/);
    const refused = await start({}, ["--port", "9000"]).end;
    assertEquals([refused.code, refused.stdout], [2, ""]);
    assertMatch(refused.stderr, /^Cannot start: unknown argument '--port'\. .*See --help\.\n$/);
  });

  it("reports in one line that its folder or its database cannot be used", async () => {
    await Deno.writeTextFile(`${home}/file`, "");
    await Deno.mkdir(`${home}/damaged`);
    await Deno.writeTextFile(`${home}/damaged/epochql.db`, "no database ".repeat(1000));
    for (const folder of ["file", "damaged"]) {
      const { code, stdout, stderr } = await start({ EPOCHQL_HOME: `${home}/${folder}` }).end;
      assertEquals(code, 1, stderr);
      assertEquals(stdout, "");
      assertMatch(stderr, /^Cannot .+\n$/);
      assert(stderr.includes(`${home}/${folder}`), stderr);
    }
  });
});

/** The configuration of variables that may be wrong on purpose. */
function safely(variables: Record<string, string>) {
  try {
    return readConfig(new Map(Object.entries(variables)));
  } catch {
    return {};
  }
}

/** Asks until there is a worker. */
async function becomesReady(origin: string): Promise<void> {
  await until("a worker is ready", async () => await statusOf(fetch(`${origin}/readyz`)) === 200);
}
