/** `deno task stop`, with servers of their own processes. */
import { assertEquals, assertMatch } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { commandOf } from "../../lib/process/command_of.ts";
import { tryLock } from "../../lib/lock_file.ts";
import { presentServers } from "../../server/presence.ts";
import { type Ended, type Program, startProgram } from "../support/program.ts";
import { CLEARED } from "../support/stack.ts";
import { soon } from "../support/until.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const STOP = fileURLToPath(new URL("../../cli/stop.ts", import.meta.url));
const READY = /^epochql is ready: (http:\/\/127\.0\.0\.1:\d+)\n/;

describe("deno task stop", () => {
  let home: string;
  let servers: Program[];
  beforeEach(async () => {
    home = await Deno.makeTempDir({ prefix: "epochql-stop-" });
    servers = [];
  });
  afterEach(async () => {
    for (const server of servers) server.kill("SIGKILL");
    await Promise.all(servers.map(({ end }) => end));
    await Deno.remove(home, { recursive: true });
  });

  function start(env: Readonly<Record<string, string>> = {}): Program {
    const own = { PORT: "0", HOST: "127.0.0.1", WORKERS: "0", EPOCHQL_HOME: home };
    const server = startProgram({ args: ["-A", MAIN], env: { ...CLEARED, ...own, ...env } });
    servers.push(server);
    return server;
  }

  async function serving(server: Program): Promise<string> {
    const [, origin = ""] = await soon(server.printed(READY), "the server must become ready");
    return origin;
  }

  function stop(...args: readonly string[]): Promise<Ended> {
    return startProgram({ args: ["-A", STOP, ...args], env: { ...CLEARED, EPOCHQL_HOME: home } })
      .end;
  }

  it("stops every server of the home, and says so", async () => {
    const first = start();
    const origin = await serving(first);
    const second = start();
    await serving(second);
    await second.told(`Another server uses ${home}, too: ${origin} (process ${first.pid}).`);
    assertEquals((await presentServers(home)).map(({ pid }) => pid), [first.pid, second.pid]);

    const { code, stdout } = await stop();
    assertEquals(code, 0);
    assertMatch(
      stdout,
      new RegExp(`^Stopped the server at ${origin} \\(process ${first.pid}\\)\\.$`, "m"),
    );
    assertEquals((await first.end).code, 0);
    assertEquals((await second.end).code, 0);
  });

  it("says that there is none, also after one was killed", async () => {
    const none = { code: 0, stdout: `No server uses ${home}.\n`, stderr: "" };
    assertEquals(await stop(), none);
    const server = start();
    await serving(server);
    server.kill("SIGKILL");
    await server.end;
    assertEquals(await stop(), none);
  });

  it("ends no process that is no server", async () => {
    const other = startProgram({ args: ["-A", "--no-config", "data:,setTimeout(()=>{},1e6)"] });
    servers.push(other);
    const text = JSON.stringify({ pid: other.pid, origin: "http://127.0.0.1:1" });
    const lock = await tryLock(`${home}/server-1.lock`, text);
    const { code, stderr } = await stop();
    lock?.release();
    assertEquals(code, 1);
    assertMatch(stderr, /^Cannot stop the server at .*: it must run on this machine\./);
    assertMatch(await commandOf(other.pid) ?? "", /setTimeout/);
  });

  it("refuses arguments", async () => {
    const { code, stderr } = await stop("now");
    assertEquals(code, 2);
    assertMatch(stderr, /^Cannot stop: too many arguments\./);
  });
});

describe("commandOf()", () => {
  it("is undefined for a process that is not there", async () => {
    assertEquals(await commandOf(2 ** 30), undefined);
  });
});
