/** `deno task backup` and `deno task restore`. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { packTar, unpackTar } from "modern-tar";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { restoreBackup } from "../../cli/backup/restore_backup.ts";
import { writeBackup } from "../../cli/backup/write_backup.ts";
import { readWorkerConfig } from "../../config.ts";
import { openStore } from "../../runs/store/open.ts";
import { startTraining } from "../../tools/chaos/api.ts";
import { type Cluster, openCluster } from "../../tools/chaos/cluster.ts";
import { checkRun, numbersOf } from "../../tools/chaos/invariants.ts";
import { cancel, ENDLESS, untilStep } from "../../tools/chaos/proofs/proof.ts";
import { createTally } from "../../tools/chaos/report.ts";
import { readLog } from "../../tools/chaos/trainings.ts";
import { openWorkspace, whyNoTraining } from "../../tools/chaos/workspace.ts";
import { startProgram } from "../support/program.ts";
import { CLEARED } from "../support/stack.ts";
import { folderPerTest } from "../support/temporary_folder.ts";
import { createRun } from "../support/written_run.ts";

const whyNot = await whyNoTraining();

/** Runs a program to its end. */
async function run(name: "backup" | "restore", file: string, env: Record<string, string>) {
  const path = fileURLToPath(new URL(`../../cli/${name}.ts`, import.meta.url));
  return await startProgram({ args: ["-A", path, file], env: { ...CLEARED, ...env } }).end;
}

describe("deno task backup and deno task restore", () => {
  const folder = folderPerTest();
  const at = (...parts: readonly string[]) => join(folder.path, ...parts);
  const configOf = (home: string, more: Record<string, string> = {}) =>
    readWorkerConfig(new Map(Object.entries({ EPOCHQL_HOME: at(home), ...more })));

  async function write(path: string, text: string): Promise<void> {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, text);
  }

  /** Makes a home with a run and a file of every kind. */
  async function fill(home: string): Promise<void> {
    await using store = await opened(home);
    await createRun(store, "kept");
    for (const path of KEPT) await write(at(home, path), path);
    for (const path of LEFT) await write(at(home, path), path);
  }

  async function opened(home: string) {
    const store = await openStore({ home: at(home) });
    return { ...store, [Symbol.asyncDispose]: () => store.close() };
  }

  const KEPT = [
    "checkpoints/a/step-1-1.safetensors",
    "data/imported/mine/manifest.json",
    "data/imports/next/state.json",
    "uploads/b/data",
    "runs/c/history.json",
  ];
  const LEFT = ["data/mnist/images", "scratch/d", "worker-1.log", "keeper.lock"];

  it("brings back a run that trained meanwhile, which goes on exactly", {
    ignore: whyNot !== undefined,
  }, async () => {
    const signal = AbortSignal.timeout(240_000);
    await using workspace = await closed(openWorkspace(createTally(() => {}), signal));
    const first = await workspace.place("sqlite");
    await using original = await closed(openCluster(clusterOf(first.home)));
    await original.mend();
    const started = await startTraining(() => original.origin(), "kept", { ...ENDLESS }, signal);
    await untilStep(original, started.id, 200, signal);

    const file = at("backup.tar");
    const backed = await run("backup", file, { EPOCHQL_HOME: first.home });
    assertEquals([backed.code, backed.stderr], [0, ""]);
    assertMatch(backed.stdout, /^Backed up 1 run to \S+backup\.tar \(.+\)\.\n$/);

    const { home } = await workspace.place("sqlite");
    const restored = await run("restore", file, { EPOCHQL_HOME: home });
    assertEquals([restored.code, restored.stderr], [0, ""]);
    assertEquals(restored.stdout, `Restored 1 run in ${home}.\n`);
    await using copy = await closed(openCluster(clusterOf(home)));
    const { snapshot } = await copy.store.get(started.id) ?? {};
    assert(snapshot?.state === "RUNNING" && snapshot.checkpoints.length > 0);
    const target = snapshot.step + 100;

    await copy.mend();
    const ends = await Promise.all([original, copy].map(async (cluster: Cluster) => {
      await untilStep(cluster, started.id, target, signal);
      const done = await cancel(cluster, started, signal);
      return { done, events: await readLog(cluster.store, started.id) };
    }));
    const [undisturbed, resumed] = ends;
    assert(undisturbed && resumed);
    const numbers = numbersOf(undisturbed.events);
    const { violations } = checkRun(resumed.done, resumed.events, { state: "CANCELLED", numbers });
    assertEquals(violations, []);
    assert(resumed.done.snapshot.attempts > 1);
    const claimed = resumed.events.findLastIndex((event) => event.type === "claimed");
    const next = resumed.events.slice(claimed).find((event) => event.type === "batches");
    assert(next?.type === "batches" && next.firstStep > 1, "It must go on from a checkpoint.");
  });

  it("keep checkpoints, datasets, uploads and results, and nothing that can be made again", async () => {
    await fill("home");
    await writeBackup(configOf("home"), at("backup.tar"));
    const { files } = await restoreBackup(configOf("new"), at("backup.tar"));
    assertEquals(files, KEPT.length + 1);
    for (const path of KEPT) assertEquals(await Deno.readTextFile(at("new", path)), path);
    await using store = await opened("new");
    assertEquals((await store.list({ first: 9 })).runs.map(({ name }) => name), ["kept"]);
    const left = await Array.fromAsync(Deno.readDir(folder.path));
    assertEquals(left.map(({ name }) => name).sort(), ["backup.tar", "home", "new"]);
  });

  it("keep checkpoints outside the home", async () => {
    await fill("home");
    const elsewhere = { EPOCHQL_CHECKPOINTS: at("elsewhere") };
    await write(at("elsewhere", "a", "step-2-1.safetensors"), "2");
    await writeBackup(configOf("home", elsewhere), at("backup.tar"));
    await restoreBackup(configOf("new"), at("backup.tar"));
    assertEquals(await Deno.readTextFile(at("new/checkpoints/a/step-2-1.safetensors")), "2");
    await assertRejects(
      () => restoreBackup(configOf("third", elsewhere), at("backup.tar")),
      Error,
      "elsewhere' must be empty, got a in it",
    );
  });

  it("refuse a home that is not empty, and leave it as it is", async () => {
    await fill("home");
    await writeBackup(configOf("home"), at("backup.tar"));
    for (const path of ["epochql.db", "uploads/b/data", "notes.txt", "data/imported/x/y"]) {
      await write(at("used", path), "old");
      const { code, stderr } = await run("restore", at("backup.tar"), { EPOCHQL_HOME: at("used") });
      assertEquals(code, 2);
      assertMatch(stderr, /^Cannot restore: '\S+' must be empty, got \S+ in it\. [^\n]+\n$/);
      assertEquals(await Deno.readTextFile(at("used", path)), "old");
      await Deno.remove(at("used"), { recursive: true });
    }
    await write(at("used", "data/mnist/images"), "fetched");
    await restoreBackup(configOf("used"), at("backup.tar"));
  });

  it("refuse what is no whole backup, and leave nothing of it", async () => {
    await fill("home");
    await writeBackup(configOf("home"), at("whole.tar"));
    const whole = await Deno.readFile(at("whole.tar"));
    const entries = await unpackTar(whole);
    const extra = (name: string) =>
      packTar([...entries, { header: { name, size: 1, type: "file" }, body: "x" }]);
    const damaged = whole.slice();
    damaged.fill(7, whole.length - 60_000, whole.length - 20_000);
    const wrong: readonly Uint8Array[] = [
      whole.subarray(0, whole.length / 2),
      whole.subarray(0, 1024),
      damaged,
      new Uint8Array(),
      new TextEncoder().encode("no tar at all"),
      await packTar(entries.slice(0, -1)),
      await extra("checkpoints/../../out"),
      await extra("/etc/out"),
      await extra("strange"),
    ];
    for (const [index, bytes] of wrong.entries()) {
      await Deno.writeFile(at("wrong.tar"), bytes);
      await assertRejects(
        () => restoreBackup(configOf("new"), at("wrong.tar")),
        Error,
        undefined,
        `number ${index}`,
      );
      const left = await Array.fromAsync(Deno.readDir(at("new"))).catch(() => []);
      assertEquals(left.filter(({ name }) => name !== "data"), [], `number ${index}`);
    }
    const outside = await Array.fromAsync(Deno.readDir(folder.path));
    assert(!outside.some(({ name }) => name === "out"));
  });

  it("refuse a place that is taken or missing, a home without runs, and PostgreSQL", async () => {
    await fill("home");
    await write(at("old.tar"), "old");
    const DATABASE_URL = "postgresql://localhost/epochql";
    const cases = [
      ["home", at("old.tar"), {}, /the file already exists/],
      ["home", at("missing", "new.tar"), {}, /^Cannot write \S+new\.tar: /],
      ["empty", at("new.tar"), {}, /must hold runs/],
      ["home", at("new.tar"), { DATABASE_URL }, /Use pg_dump/],
    ] as const;
    for (const [home, file, env, says] of cases) {
      const error = await assertRejects(() => writeBackup(configOf(home, env), file), Error);
      assertMatch(error.message, says);
    }
    assertEquals(await Deno.readTextFile(at("old.tar")), "old");
    const { code, stderr } = await run("backup", "", { EPOCHQL_HOME: at("home"), DATABASE_URL });
    assertEquals(code, 2, stderr);
  });
});

/** A server that keeps a worker. */
function clusterOf(home: string) {
  return { home, servers: 1, kept: 1, apart: 0 };
}

async function closed<T extends { close(): Promise<void> }>(opening: Promise<T>) {
  const it = await opening;
  return { ...it, [Symbol.asyncDispose]: () => it.close() };
}
