/**
 * The workers of a folder: real worker processes, started, adopted, killed and stopped.
 */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import {
  superviseWorkers,
  type Supervisor,
  threadsPerWorker,
} from "../../../runs/supervisor/supervise.ts";
import { trainerPermissions, workerPermissions } from "../../../runs/trainer/permissions.ts";
import { spawnWorker } from "../../../runs/supervisor/spawn.ts";
import type { WorkerInfo } from "../../../runs/store/worker_info.ts";
import { openStore } from "../../../runs/store/open.ts";
import { boundLog, slotHolder, slots, workerLogFile } from "../../../runs/supervisor/slots.ts";
import { runScript } from "../../support/scripts.ts";
import { until } from "../../support/until.ts";
import { isAlive, untilGone } from "../../../tools/processes.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const folder = folderPerTest();
let home: string;
let kept: Supervisor[];
let messages: string[];
/** A timer that keeps this process alive, as a server does; a worker alone does not. */
let serving: ReturnType<typeof setInterval>;

function keep(options: Partial<Parameters<typeof superviseWorkers>[0]> = {}): Supervisor {
  const workers = superviseWorkers({
    home,
    workers: 1,
    log: (_level, message) => void messages.push(message),
    ...options,
  });
  kept.push(workers);
  return workers;
}

const startKeeper = (args: readonly string[], options: Partial<Deno.CommandOptions> = {}) =>
  runScript("tests/runs/supervisor/keeper.ts", args, { stdout: "null", ...options });
const startWorker = (...args: readonly string[]) =>
  runScript("cli/worker.ts", args, { env: { EPOCHQL_HOME: home }, stderr: "null" });

/** The process id of the worker in a slot. */
async function pidOf(slot: number): Promise<number | undefined> {
  return (await slotHolder(home, slot))?.pid;
}

/** Waits for a message of the supervisor that matches. */
function message(pattern: RegExp): Promise<string> {
  return until(`a message matches ${pattern}`, () => messages.find((text) => pattern.test(text)));
}

/** Waits until a worker works that is not one of these. */
async function working(...others: readonly (number | undefined)[]): Promise<WorkerInfo> {
  const [worker] = await allWorking(1, others);
  if (!worker) throw new Error("There must be one.");
  return worker;
}

/** Waits until so many workers work that are not one of these. */
async function allWorking(
  count: number,
  others: readonly (number | undefined)[] = [],
): Promise<readonly WorkerInfo[]> {
  const store = await openStore({ home });
  const found = await until(`${count} new workers are listed`, async () => {
    const workers = await store.workers();
    const fresh = workers.filter(({ pid }) => isAlive(pid) && !others.includes(pid));
    return fresh.length >= count && fresh;
  });
  await store.close();
  return found;
}

describe("the supervisor of workers", () => {
  beforeEach(() => {
    home = folder.join("home");
    Deno.mkdirSync(home);
    kept = [];
    messages = [];
    serving = setInterval(() => {}, 1_000);
  });
  afterEach(async () => {
    clearInterval(serving);
    for (const workers of kept) await workers.stop();
    for (const slot of await slots(home)) {
      const pid = await pidOf(slot);
      if (pid !== undefined) Deno.kill(pid, "SIGKILL");
    }
  });

  describe("superviseWorkers()", () => {
    it("starts a worker and stops it gracefully", async () => {
      const worker = keep();
      const { pid } = await working();
      assertEquals(await pidOf(1), pid);
      await worker.stop();
      assert(!isAlive(pid));
      assertEquals(await pidOf(1), undefined);
      assertMatch(await Deno.readTextFile(workerLogFile(home, 1)), /is ready[^]*has stopped/);
      const store = await openStore({ home });
      assertEquals(await store.workers(), []);
      await store.close();
    });

    it("adopts the worker that a killed server has left behind", async () => {
      const keeper = startKeeper([home]);
      const { pid } = await working();
      keeper.kill("SIGKILL");
      await keeper.status;
      assert(isAlive(pid));
      const worker = keep();
      assertMatch(await message(/continues/), new RegExp(`process ${pid}`));
      await worker.stop();
      await untilGone(pid);
    });

    it("keeps several workers, and each by itself", async () => {
      const workers = keep({ workers: 2, pausesMs: [1] });
      const both = (await allWorking(2)).map(({ pid }) => pid);
      assertEquals(new Set([await pidOf(1), await pidOf(2)]), new Set(both));
      const [first, second] = [await pidOf(1), await pidOf(2)];
      Deno.kill(second ?? 0, "SIGKILL");
      assertMatch(await message(/has died/), /^Worker 2 has died/);
      const { pid } = await working(...both);
      assertEquals([await pidOf(1), await pidOf(2)], [first, pid]);
      await workers.stop();
      assertEquals([await pidOf(1), await pidOf(2)], [undefined, undefined]);
    });

    it("stops the workers that a killed server has left in slots that are not used any more", async () => {
      const keeper = startKeeper([home, "3"]);
      await allWorking(3);
      keeper.kill("SIGKILL");
      await keeper.status;
      keep({ workers: threadsPerWorker(3) === threadsPerWorker(2) ? 2 : 1 });
      await message(/Worker 3 was left running and is stopped/);
      await until("slot 3 is free", async () => await pidOf(3) === undefined);
      assert(await pidOf(1) !== undefined);
    });

    it("replaces a worker that was left running for other settings", async () => {
      const left = await spawnWorker({ home, slot: 1, threads: 77 });
      await working();
      keep();
      await message(/left running for other settings/);
      assertMatch(await left.ended, /exit code 0/);
      const { pid } = await working(left.pid);
      assertEquals(await pidOf(1), pid);
    });

    it("leaves workers as they are that another server keeps", async () => {
      keep({ workers: 2 });
      const both = (await allWorking(2)).map(({ pid }) => pid);
      const second = keep({ workers: 1 });
      assertMatch(await message(/continues/), /The worker that was left running/);
      await second.stop();
      assert(both.every(isAlive));
    });

    it("tells of a worker that another server or a signal has stopped, and not that it died", async () => {
      const first = keep();
      const { pid } = await working();
      keep({ pausesMs: [1, 1] });
      await message(/continues/);
      await first.stop();
      await message(/was stopped and is started again/);
      const next = await working(pid);
      Deno.kill(next.pid, "SIGTERM");
      await working(next.pid);
      assertEquals(messages.filter((message) => /has died/.test(message)), []);
    });

    it("keeps the token of its server from a worker", async () => {
      Deno.env.set("EPOCHQL_TOKEN", "a token that is for clients");
      const print = "console.log(Object.keys(Deno.env.toObject()).sort().join())";
      keep({ program: ["--allow-env", `data:text/javascript,${print}`], pausesMs: [] });
      const names = await message(/has died/);
      Deno.env.delete("EPOCHQL_TOKEN");
      assertMatch(names, /EPOCHQL_HOME/);
      assertNotMatch(names, /EPOCHQL_TOKEN/);
    });

    it("starts a worker again that dies, and tells how it died", async () => {
      keep({ pausesMs: [1, 1, 1] });
      const first = await working();
      Deno.kill(first.pid, "SIGKILL");
      assertMatch(await message(/has died/), /ended by SIGKILL[^]*is ready/);
      const second = await working(first.pid);
      assertEquals(await pidOf(1), second.pid);
    });

    it("tells why a worker dies at its start, and gives up after a while", async () => {
      keep({ program: ["no_such_program.ts"], pausesMs: [1, 1] });
      await message(/not started again/);
      const deaths = messages.filter((message) => /exit code 1[^]*no_such_program/.test(message));
      assertEquals(deaths.length, 3);
    });

    it("tells why a worker cannot be started", async () => {
      keep({ home: join(home, "nowhere"), pausesMs: [] });
      await message(/nowhere/);
    });

    it("does not let Ctrl-C in a terminal reach the worker", async () => {
      const keeper = startKeeper([home], { detached: true });
      const { pid } = await working();
      // What a terminal does: the whole process group gets the signal.
      await new Deno.Command("kill", { args: ["-INT", "--", `-${keeper.pid}`] }).output();
      assertEquals((await keeper.status).code, 0);
      await untilGone(pid);
      const log = await Deno.readTextFile(workerLogFile(home, 1));
      assertEquals(log.match(/has stopped/g)?.length, 1);
    });
  });

  describe("threadsPerWorker()", () => {
    it("divides the cores among the workers, at least one each", () => {
      const threads = [[1, 8], [2, 8], [3, 8], [8, 8], [9, 8], [1, 1], [4, 1]].map(
        ([workers = 0, cores = 0]) => threadsPerWorker(workers, cores),
      );
      assertEquals(threads, [8, 4, 2, 1, 1, 1, 1]);
    });
  });

  describe("a folder", () => {
    it("has one worker in a slot, however many servers there are", async () => {
      const first = await spawnWorker({ home, slot: 1, threads: 1 });
      await working();
      const second = await spawnWorker({ home, slot: 1, threads: 1 });
      assertEquals([second.pid, second.isAdopted], [first.pid, true]);
      await second.stop();
      assertMatch(await first.ended, /exit code 0/);
    });

    it("refuses a second worker that is started all the same", async () => {
      keep();
      const { pid } = await working();
      const second = startWorker("--slot=1");
      assertEquals((await second.status).code, 0);
      assertEquals(await pidOf(1), pid);
    });

    it("takes more workers that are not kept", async () => {
      keep();
      const { pid } = await working();
      const second = startWorker();
      assertEquals((await working(pid)).pid, second.pid);
      second.kill("SIGINT");
      assertEquals((await second.status).code, 0);
      assert(isAlive(pid));
    });

    it("lets a log begin anew that has become long", async () => {
      const log = workerLogFile(home, 1);
      await Deno.writeTextFile(log, "x".repeat(2_000_000));
      const writer = await Deno.open(log, { append: true });
      await boundLog(log);
      await writer.write(new TextEncoder().encode("next"));
      writer.close();
      assertEquals(await Deno.readTextFile(log), "next");
      assertEquals((await Deno.stat(`${log}.1`)).size, 2_000_000);
      await boundLog(log);
      assertEquals(await Deno.readTextFile(log), "next");
    });
  });

  describe("permissions", () => {
    /** Returns the names of the permissions that flags grant. */
    async function granted(flags: readonly string[]): Promise<readonly string[]> {
      const script = new URL("../trainer/print_permissions.ts", import.meta.url).pathname;
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-prompt", "--no-check", ...flags, script, home],
      }).output();
      const states: Record<string, string> = JSON.parse(new TextDecoder().decode(stdout));
      const [names, values] = [Object.keys(states), Object.values(states)];
      assertEquals(names, [
        ...["readFolder", "readAll", "writeFolder", "writeAll", "net", "runDeno", "runAll", "ffi"],
      ]);
      // A part of what is asked for is not all of it.
      for (const state of values) assertMatch(state, /^(granted|prompt(-partial)?)$/);
      return names.filter((name) => states[name] === "granted");
    }

    it("of a worker: its folder and starting Deno; no network, no native code", async () => {
      const names = await granted(workerPermissions({ home }));
      assertEquals(names, ["readFolder", "writeFolder", "runDeno"]);
    });

    it("of a trainer: reading data and native code; no writing, no network, no processes", async () => {
      assertEquals(await granted(trainerPermissions(home)), ["readFolder"]);
    });
  });
});
