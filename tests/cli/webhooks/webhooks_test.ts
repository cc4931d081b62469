/** `deno task webhooks` as a process, over a real server: its output, its effects and its exit codes. */
import { assertEquals, assertMatch } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { parseWebhooks } from "../../../cli/webhooks/flags.ts";
import { startProgram } from "../../support/program.ts";
import { startServer, type TestServer } from "../../support/start_server.ts";
import { openStore } from "../../../runs/store/open.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { createRun, startRun } from "../../support/written_run.ts";
import { until } from "../../support/until.ts";
import { serveLocally } from "../../webhooks/local_sender.ts";
import { startReceiver } from "../../webhooks/receiver.ts";

const MAIN = fileURLToPath(new URL("../../../cli/webhooks.ts", import.meta.url));

describe("deno task webhooks", () => {
  const folder = folderPerTest();
  const closers: (() => PromiseLike<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  /** A server that delivers webhooks, and the command on it. */
  async function start(token?: string) {
    const store = await openStore({ home: folder.path });
    const webhooks = serveLocally({ store });
    const server: TestServer = await startServer({
      store,
      webhooks,
      ...(token === undefined ? {} : { token }),
    });
    closers.push(() => store.close(), webhooks.close, () => server[Symbol.asyncDispose]());
    const run = async (...args: readonly string[]) => {
      const flags = ["--allow-net", "--allow-env", "--allow-read", "--no-check"];
      return await startProgram({
        args: [...flags, MAIN, "--server", server.origin, ...args],
        env: { NO_COLOR: "1", EPOCHQL_TOKEN: token ?? "" },
      }).end;
    };
    return { store, run };
  }

  it("creates, lists, tests, changes and deletes a webhook", async () => {
    await using receiver = startReceiver();
    const { store, run } = await start("0123456789abcdef");
    const created = await run("add", receiver.url, "--events", "completed,FAILED");
    assertEquals(created.code, 0, created.stderr);
    assertMatch(created.stdout, /^whsec_\S{44}\n$/);
    const [, id = ""] = /^Created (wh_\w+)\. Its secret/.exec(created.stderr) ?? [];

    const listed = await run();
    assertEquals(listed.stdout.split("\n").slice(0, 2).map((line) => line.split("\t")), [
      ["ID", "URL", "RUN", "EVENTS", "STATE", "DELIVERED", "PENDING", "LAST", "PROBLEM"],
      [id, receiver.url, "", "completed,failed", "ACTIVE", "0", "0", "", ""],
    ]);

    const short = id.slice(0, 10);
    const ping = await run("ping", short);
    assertMatch(ping.stdout, /^Delivered in \d+\.\d\d s: the answer is 204\./);
    assertEquals((await run("disable", short)).stdout, `${id} is disabled.\n`);
    assertEquals((await run("enable", short)).stdout, `${id} is active.\n`);
    await run("update", short, "--events", "epoch");
    const [json] = JSON.parse((await run("list", "--json")).stdout);
    assertEquals([json.id, json.events, json.createdBy], [id, ["EPOCH"], "EPOCHQL_TOKEN"]);
    const rotated = await run("rotate", short);
    const secrets = [rotated.stdout.trim(), created.stdout.trim()] as const;
    assertEquals((await store.webhooks.find(id))?.secrets, secrets);
    assertEquals((await run("delete", short)).stdout, `${id} is deleted.\n`);
    assertEquals(await store.webhooks.list(), []);
  });

  it("creates a webhook for one run, which gets its events from the first", async () => {
    await using receiver = startReceiver();
    const { store, run } = await start();
    const written = await startRun(store, "mine");
    await createRun(store, "other");
    assertEquals((await run("add", receiver.url, "--run", "mine")).code, 0);
    await until("it is delivered", () => receiver.received.length === 1);
    assertEquals(receiver.received[0]?.data.run, { id: written.id, name: "mine" });
    assertMatch((await run()).stdout, /\tmine\t/);
  });

  it("ends with the reason and a code of its own", async () => {
    await using receiver = startReceiver({ answer: () => new Response(null, { status: 500 }) });
    const { run } = await start();
    const refused = await run("add", "https://10.0.0.1/");
    assertEquals(refused.code, 1);
    assertMatch(refused.stderr, /must have a public address .*10\.0\.0\.1 \(private\)/);
    const unknown = await run("ping", "wh_0");
    assertEquals([unknown.code, unknown.stderr], [
      2,
      "Cannot find the webhook 'wh_0': 'deno task webhooks' lists all.\n",
    ]);
    await run("add", receiver.url);
    await run("add", receiver.url);
    assertMatch((await run("ping", "wh_")).stderr, /^Cannot tell which webhook 'wh_' is: 2 ids/);
    const [first] = JSON.parse((await run("list", "--json")).stdout);
    const failed = await run("ping", first.id);
    assertEquals([failed.code, failed.stderr], [1, "The receiver answered 500.\n"]);
  });
});

describe("the arguments of deno task webhooks", () => {
  it("are read", () => {
    const command = (...args: string[]) => {
      const parsed = parseWebhooks(args);
      return parsed.kind === "run" ? parsed.command : parsed;
    };
    assertEquals(command(), { kind: "list", json: false });
    assertEquals(command("--", "list", "--json"), { kind: "list", json: true });
    assertEquals(command("add", "https://a.example", "-e", "epoch, paused", "-r", "latest"), {
      kind: "add",
      url: "https://a.example",
      events: ["EPOCH", "PAUSED"],
      run: "latest",
    });
    assertEquals(command("enable", "wh_1"), { kind: "update", webhook: "wh_1", enabled: true });
    assertEquals(command("rotate", "wh_1"), { kind: "rotate", webhook: "wh_1" });
  });

  it("are refused with the reason", () => {
    const problem = (...args: string[]) => {
      const parsed = parseWebhooks(args);
      return parsed.kind === "wrong" ? parsed.problems.join("\n") : parsed.kind;
    };
    assertMatch(
      problem("add", "https://a.example", "--events", "ended"),
      /^Cannot deliver 'ended': --events must be some of started, epoch, paused, cancelled/,
    );
    assertEquals(
      problem("update", "wh_1"),
      "Cannot update a webhook: --url or --events must be given.",
    );
    assertMatch(problem("ad"), /add/);
    assertEquals(problem("--help"), "help");
  });
});
