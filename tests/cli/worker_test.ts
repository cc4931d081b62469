/**
 * `deno task worker`: a worker without a server, with the permissions of the task, and its liveness probe.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { NVIDIA_SMI } from "../../runs/trainer/gpu.ts";
import type { WorkerInfo } from "../../runs/store/worker_info.ts";
import { openStore } from "../../runs/store/open.ts";
import { until } from "../support/until.ts";
import { folderPerTest } from "../support/temporary_folder.ts";

const program = (name: string) => fileURLToPath(new URL(`../../cli/${name}`, import.meta.url));

describe("deno task worker", () => {
  const folder = folderPerTest();

  /** Builds a program of cli/ with these variables. */
  function command(args: readonly string[], env: Record<string, string> = {}): Deno.Command {
    return new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", ...args],
      env: { EPOCHQL_HOME: folder.path, DATABASE_URL: "", NO_COLOR: "1", ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  }

  /** Prints the flags that the task gives its worker. */
  async function flags(env: Record<string, string> = {}): Promise<readonly string[]> {
    const args = ["--allow-env", program("worker_permissions.ts")];
    const { stdout } = await command(args, env).output();
    return new TextDecoder().decode(stdout).trim().split(" ");
  }

  /** Starts a worker as the task does. */
  async function start(env: Record<string, string> = {}): Promise<Deno.ChildProcess> {
    return command([...await flags(env), program("worker.ts")], env).spawn();
  }

  /** Waits for this many workers. */
  async function working(count: number): Promise<readonly WorkerInfo[]> {
    const store = await openStore({ home: folder.path });
    const workers = await until(`${count} workers are listed`, async () => {
      const found = await store.workers();
      return found.length === count && found;
    });
    await store.close();
    return workers;
  }

  /** Runs the liveness probe. */
  async function check(): Promise<{ readonly code: number; readonly said: string }> {
    const args = ["--allow-env", "--allow-sys=hostname", `--allow-read=${folder.path}`];
    const { code, stderr } = await command([...args, program("check_worker.ts")]).output();
    return { code, said: new TextDecoder().decode(stderr) };
  }

  it("works with the least permissions, whatever the server's variables say", async () => {
    const worker = await start({ HOST: "0.0.0.0", PORT: "none" });
    const [info] = await working(1);
    assertEquals(info?.pid, worker.pid);
    worker.kill("SIGTERM");
    const { code, stderr } = await worker.output();
    assertEquals(code, 0);
    assertMatch(new TextDecoder().decode(stderr), /is ready[^]*has stopped/);
  });

  it("works on as many runs at a time as it is configured to", async () => {
    const worker = await start({ WORKERS: "3" });
    const workers = await working(3);
    assertEquals(workers.map(({ pid }) => pid), [worker.pid, worker.pid, worker.pid]);
    assertEquals(new Set(workers.map(({ id }) => id)).size, 3);
    worker.kill("SIGTERM");
    assertEquals((await worker.output()).code, 0);
    await working(0);
  });

  it("takes the second signal of one Ctrl-C for what it is", async () => {
    const worker = await start();
    await working(1);
    worker.kill("SIGINT");
    worker.kill("SIGINT");
    assertEquals((await worker.output()).code, 0);
  });

  it("gives a sign of life until it stops, and is found dead when it is killed", async () => {
    assertEquals(await check(), { code: 1, said: "No worker runs on this machine.\n" });
    const worker = await start();
    await working(1);
    assertEquals(await check(), { code: 0, said: "" });
    worker.kill("SIGKILL");
    await worker.output();
    const file = `${folder.path}/heartbeat-${Deno.hostname()}`;
    const { mtime } = await Deno.stat(file);
    const old = new Date((mtime?.getTime() ?? 0) - 60_000);
    await Deno.utime(file, old, old);
    const { code, said } = await check();
    assertEquals(code, 1);
    assertMatch(said, /^The last sign of life of the worker was \d+ s ago\.\n$/);
  });

  it("says what is wrong with a variable, and ends with 2", async () => {
    const { code, stderr } = await (await start({ WORKERS: "many" })).output();
    assertEquals(code, 2);
    assertMatch(new TextDecoder().decode(stderr), /^Cannot start with WORKERS=many: .*\n$/);
  });

  it("is allowed its folder, its database, starting Deno and asking a GPU's driver", async () => {
    const given = await flags({ DATABASE_URL: "postgresql://me:secret@db.example:5433/runs" });
    assertEquals(given, [
      "--no-prompt",
      `--allow-read=${folder.path},${folder.path}/checkpoints`,
      `--allow-write=${folder.path},${folder.path}/checkpoints`,
      "--allow-net=db.example:5433",
      `--allow-run=${[Deno.execPath(), ...NVIDIA_SMI].join(",")}`,
      "--allow-env",
      "--allow-sys=hostname",
    ]);
    const spaced = await flags({ EPOCHQL_HOME: "/a b" });
    assertEquals(spaced.filter((flag) => /read|write/.test(flag)), [
      "--allow-read",
      "--allow-write",
    ]);
  });
});
