/**
 * `deno task runs` as a process, over a real server's process: its output, its effects and its exit codes.
 */
import { assert, assertEquals, assertMatch, assertNotMatch, fail } from "@std/assert";
import { after, afterEach, before, describe, it } from "@std/testing/bdd";
import type { Run } from "../../../runs/log/run.ts";
import { isFinished } from "../../../runs/log/state.ts";
import { A_CPU, aWorker } from "../../support/a_worker.ts";
import { folderPerSuite } from "../../support/temporary_folder.ts";
import {
  checkpoint,
  claimRun,
  createRun as writeRun,
  logLine,
  SPEC,
  type WrittenRun,
} from "../../support/written_run.ts";
import { type Host, openHost, startRuns } from "./host.ts";

const folder = folderPerSuite();
let host: Host;

/** The workers that tests play, by their runs. */
const workers = new Map<string, WrittenRun>();

const createRun = (name?: string): Promise<Run> => writeRun(host.store, name);

/** Claims the oldest queued run. */
async function claim(): Promise<WrittenRun> {
  const worker = await claimRun(host.store);
  workers.set(worker.key, worker);
  return worker;
}

/** Trains the oldest queued run to its end. */
async function complete(): Promise<void> {
  const worker = await claim();
  for (let epoch = 1; epoch <= 3; epoch++) await worker.trainEpoch();
  await worker.complete();
}

async function stateOf({ id }: Run): Promise<string | undefined> {
  return (await host.store.get(id))?.snapshot.state;
}

const apiId = ({ id }: Run) => btoa(`Run:${id}`);

/** Runs a command that must succeed, and returns its output. */
async function textOf(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await host.runs(...args);
  assertEquals([code, stderr], [0, ""]);
  return stdout.join("\n");
}

const jsonOf = async (...args: readonly string[]) => JSON.parse(await textOf(...args, "--json"));

/** Runs a command that must be refused by the server. */
async function refused(args: readonly string[], message: RegExp): Promise<void> {
  const { code, stderr } = await host.runs(...args);
  assertEquals(code, 1);
  assertMatch(stderr, message);
}

const shownAs = ({ id, name }: Run) => `'${name}' (${id.slice(0, 8)})`;

/** Starts a server that is something else. */
const serve = (handler: () => Response) =>
  Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, handler);

function epochLine(number: number): string {
  return `Epoch: ${number}, Train_acc:62.5%, Train_loss:1.250, ` +
    `Test_acc:${90 + number}.0%,Test_loss:0.250`;
}

describe("deno task runs", () => {
  before(async () => {
    host = await openHost();
  });
  after(() => host.close());
  /** No test sees the runs of another. */
  afterEach(async () => {
    const { runs } = await host.store.list({ first: 200 });
    for (const { id, snapshot } of runs) {
      if (!isFinished(snapshot.state)) {
        const run = await host.store.request(id, "cancel");
        if (run?.snapshot.state === "CANCELLING") {
          await workers.get(id)?.append({ type: "cancelled" });
        }
      }
      await host.store.delete(id);
    }
  });

  describe("runs list", () => {
    it("prints runs between tabs, newest first, with all there is to know of them in a line", async () => {
      const done = await createRun("done");
      await complete();
      const waiting = await createRun("waiting");
      const { code, stdout, stderr } = await host.runs("list");
      assertEquals(code, 0, stderr);
      assertEquals(stdout, [
        "ID\tNAME\tSTATE\tEPOCHS\tBEST TEST ACC\tCREATED\tDEVICE",
        `${waiting.id}\twaiting\tQUEUED\t0/3\t\t${waiting.createdAt}\t`,
        `${done.id}\tdone\tCOMPLETED\t3/3\t0.93\t${done.createdAt}\tCPU (a test, 2 threads)`,
      ]);
      assertEquals(stderr, "");
    });

    it("prints the runs in one state, and as many as are wanted", async () => {
      await createRun("first");
      await claim();
      await createRun("second");
      await createRun("third");
      const queued = await host.runs("list", "--state", "QUEUED", "--limit", "1");
      assertEquals(queued.stdout.length, 2);
      assertMatch(queued.stdout[1] ?? "", /\tthird\t/);
      assertEquals(queued.stderr, "1 of 2 runs; --limit shows more.\n");
      const running = await host.runs("list", "--state", "running");
      assertMatch(running.stdout.join("\n"), /^ID.*\n.*\tfirst\tRUNNING\t/);
    });

    it("prints JSON, with the API's ids", async () => {
      const run = await createRun("digits");
      const [listed] = await jsonOf("list");
      assertEquals(listed.id, apiId(run));
      assertEquals(listed.state, "QUEUED");
      assertEquals(listed.progress.epochs, 3);
    });

    it("says that there is none", async () => {
      const none = await host.runs();
      assertEquals([none.code, none.stdout], [0, []]);
      assertEquals(none.stderr, `No runs on ${host.origin} yet.\n`);
      assertEquals((await host.runs("list", "--json")).stdout, ["[]"]);
      const failed = await host.runs("list", "--state", "FAILED");
      assertEquals(failed.stderr, `No run on ${host.origin} is failed.\n`);
    });
  });

  describe("a run", () => {
    it("is found by its name, its id in either form, the beginning of that, and 'latest'", async () => {
      const [run] = [await createRun("digits"), await createRun("newest")];
      const ids = [run.id, run.id.slice(0, 8), apiId(run), apiId(run).slice(0, 20)];
      for (const reference of ["digits", ...ids]) {
        const { stdout, stderr } = await host.runs("show", reference);
        assertEquals(stdout[0], "digits", `${reference}: ${stderr}`);
      }
      assertEquals((await host.runs("show", "latest")).stdout[0], "newest");
    });

    it("is not guessed where several could be meant", async () => {
      const [one, two] = [await createRun("same"), await createRun("same")];
      const { code, stderr } = await host.runs("cancel", "same");
      assertEquals(code, 2);
      const [first, second] = [two, one].map(({ id }) => `${id.slice(0, 8)} (same)`);
      assertEquals(
        stderr,
        `2 runs are named 'same', the newest first: ${first}, ${second}. Use an ID.\n`,
      );
      assertEquals(await stateOf(one), "QUEUED");
    });

    it("that is not there is said not to be there", async () => {
      const ids = ["nothing", "00000000-0000-0000-0000-000000000000", btoa("Run:x")];
      for (const reference of ids) {
        const { code, stderr } = await host.runs("show", reference);
        assertEquals(code, 1);
        assertMatch(stderr, new RegExp(`^No run '${reference}'\\. Use a name, .*runs list`));
      }
      const { code, stderr } = await host.runs("follow");
      assertEquals(code, 1);
      assertEquals(stderr, `Cannot find the latest run: there is none on ${host.origin} yet.\n`);
    });
  });

  describe("runs show", () => {
    it("shows what a run is, how far it is, its epochs and checkpoints", async () => {
      const run = await createRun("digits");
      const worker = await claim();
      await worker.trainEpoch();
      await worker.append({ ...checkpoint(1, 4), bytes: 1_500_000 });
      const { code, stdout, stderr } = await host.runs("show", "digits");
      assertEquals(code, 0, stderr);
      const told = stdout.join("\n");
      assertMatch(told, /^digits\n {2}State +RUNNING\n/);
      assertMatch(told, new RegExp(`\\n {2}Id +${run.id}\\n {2}API id +${apiId(run)}\\n`));
      assertMatch(told, /\n {2}Training +BASIC_CNN, batch size 32, learning rate 0.01, seed 1\n/);
      assertMatch(told, /\n {2}Device +CPU \(a test, 2 threads\), None 1\.0\n/);
      assertMatch(told, /\n {2}Progress +epoch 1 of 3, step 4 of 12 \(33%\), 8,000 samples\/s\n/);
      assertMatch(told, /\n {2}Best +test accuracy 91\.00%\n/);
      assertMatch(told, /\nEpochs\n.*\n +1 +62\.50% +1\.2500 +91\.00% +0\.2500 +1\.0s\n/);
      assertMatch(told, /\nCheckpoints\n.*\n +4 +1 +91\.00% +1\.5 MB +– +step-4\.safetensors$/);
      const json = await jsonOf("show", "digits");
      assertEquals(json.checkpoints[0].file, "step-4.safetensors");
    });

    it("shows what it last took of its machine, and its last warnings and errors", async () => {
      await createRun("digits");
      const worker = await claim();
      assertNotMatch(await textOf("show", "digits"), /Machine|warnings/);
      await worker.append(
        { type: "system", cpuCores: 9, memoryBytes: 9, samplesPerSecond: 9, gpu: null },
        {
          ...{ type: "system", cpuCores: 1.25, memoryBytes: 600e6, samplesPerSecond: 8123.4 },
          gpu: { utilization: 0.875, memoryBytes: 2.1e9 },
        },
        logLine("left out", "warning"),
        ...[1, 2, 3].map((number) => logLine(`warning ${number}`, "warning")),
        logLine("The disk\u001b[31m is full.\nMake room.", "error"),
        logLine("no trouble"),
        logLine("warning 5", "warning"),
      );
      const told = await textOf("show", "digits");
      assertMatch(
        told,
        /\n {2}Machine +1\.3 cores, 600 MB, 8,123 samples\/s, GPU 87\.50%, GPU memory 2\.1 GB \(\ds ago\)\n/,
      );
      const table = told.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "AT").split("\n").slice(-7);
      assertMatch(table[1] ?? "", /^ {2}TIME +LEVEL +MESSAGE/);
      assertEquals(table.toSpliced(1, 1), [
        "Last warnings and errors",
        "  AT  WARNING  warning 1",
        "  AT  WARNING  warning 2",
        "  AT  WARNING  warning 3",
        "  AT  ERROR    The disk [31m is full. Make room.",
        "  AT  WARNING  warning 5",
      ]);
      const json = await jsonOf("show", "digits");
      assertEquals(json.systemMetrics[0].gpu, { utilization: 0.875, memoryBytes: 2.1e9 });
      assertEquals(json.logs[4].message, "warning 5");
    });

    it("says why a run failed", async () => {
      await createRun("digits");
      await (await claim()).append({ type: "failed", error: "no memory\nat all" });
      assertMatch(await textOf("show"), /\n {2}Error +no memory at all\n/);
    });
  });

  describe("runs keep and release", () => {
    it("name a checkpoint of a run and take the name off, which 'runs show' shows", async () => {
      const run = await createRun("digits");
      const worker = await claim();
      await worker.trainEpoch();
      await worker.append(checkpoint(1, 2, "interval"), checkpoint(1, 4, "interval"));
      const shown = shownAs(run);
      const kept = await textOf("keep", "digits", "--step", "2", "--name", "the best");
      assertEquals(kept, `${shown} keeps its checkpoint of step 2 as 'the best'.`);
      const told = await textOf("show", "digits");
      assertMatch(told, / +2 .* the best +step-2\.safetensors\n +4 .* – +step-4\.safetensors$/);

      await refused(
        ["keep", "digits", "--name", "the best"],
        /^Cannot name the checkpoint of step 4: the checkpoint of step 2 .* is already named .the best./,
      );
      const gone = /^Cannot name a checkpoint: the run has no checkpoint of step 3: /;
      await refused(["keep", "digits", "--step", "3", "--name", "x"], gone);

      const released = await textOf("release", "digits", "--name", "the best");
      assertEquals(released, `${shown} keeps by name: –`);
      assert((await host.store.get(run.id))?.snapshot.checkpoints.every(({ name }) => !name));
    });
  });

  describe("runs rename, tag and note", () => {
    it("say what a run is called, and take off what is left out", async () => {
      const { id } = await createRun("one");
      assertMatch(await textOf("rename", "one", "two"), /^'one' \(.*\) is now 'two'\.$/);
      assertMatch(await textOf("tag", "two", "a", "b c"), / has the tags: a, b c$/);
      assertMatch(await textOf("note", "two", "a note"), / has the note\.$/);
      const read = async () => {
        const { name, snapshot: { tags, note } } = await host.store.get(id) ?? fail("gone");
        return { name, tags, note };
      };
      assertEquals(await read(), { name: "two", tags: ["a", "b c"], note: "a note" });
      await textOf("tag", "two");
      await textOf("note", "two");
      assertEquals(await read(), { name: "two", tags: [], note: null });
    });

    it("end with 1 where the server refuses it", async () => {
      await createRun("one");
      await refused(["rename", "one", " "], /^Cannot update a run: name must be a line/);
    });
  });

  describe("runs pause, resume, cancel and delete", () => {
    it("pause a run and let it go on", async () => {
      const run = await createRun("digits");
      assertEquals(await textOf("pause", "digits"), `${shownAs(run)} is paused.`);
      assertEquals(await stateOf(run), "PAUSED");
      assertEquals(await textOf("resume", "digits"), `${shownAs(run)} is queued.`);
      await claim();
      assertMatch(await textOf("pause", "digits"), / is pausing\.$/);
    });

    it("continue a completed run with more epochs", async () => {
      const run = await createRun("digits");
      await complete();
      const completed = /^Run 'digits' is already completed\. Name more than its 3 epochs/;
      await refused(["resume", "digits"], completed);
      assertEquals((await host.runs("resume", "digits", "--epochs", "5")).code, 0);
      const { snapshot } = await host.store.get(run.id) ?? fail("gone");
      assertEquals([snapshot.state, snapshot.epochs], ["QUEUED", 5]);
    });

    it("do for all what one refuses, and end with 1", async () => {
      const [over, open] = [await createRun("over"), await createRun("open")];
      await host.store.request(over.id, "cancel");
      const { code, stdout, stderr } = await host.runs("cancel", "over", "open", open.id);
      assertEquals(code, 1);
      assertMatch(stderr, /^Run 'over' is already cancelled\.\n$/);
      assertEquals(stdout, [`${shownAs(open)} is cancelled.`]);
    });

    it("do nothing where one of the runs is not there", async () => {
      const run = await createRun("digits");
      assertEquals((await host.runs("cancel", "digits", "other")).code, 1);
      assertEquals(await stateOf(run), "QUEUED");
    });

    it("delete nothing where nobody can be asked, unless told to", async () => {
      const run = await createRun("digits");
      await host.store.request(run.id, "cancel");
      const asked = await host.runs("delete", "digits");
      assertEquals(asked.code, 2);
      assertMatch(asked.stderr, /^Not a terminal: pass --yes to delete without confirmation\./);
      assertEquals(await stateOf(run), "CANCELLED");
      assertEquals(await textOf("delete", "digits", "--yes"), `${shownAs(run)} is deleted.`);
      assertEquals(await stateOf(run), undefined);
    });

    it("delete no run that is still trained", async () => {
      const run = await createRun("digits");
      await claim();
      const running = /^Run 'digits' is still running\. Cancel it before you delete it\.\n$/;
      await refused(["delete", "digits", "--yes"], running);
      assertEquals(await stateOf(run), "RUNNING");
    });
  });

  describe("runs workers", () => {
    it("lists who is there and what they train", async () => {
      const run = await createRun("digits");
      await claim();
      const startedAt = new Date().toISOString();
      await host.store.registerWorker(aWorker({
        ...{ id: "w1", host: "gpu-1", pid: 42, version: "1.2.3", startedAt, runId: run.id },
        devices: [A_CPU, { kind: "CUDA", name: "CUDA", available: false }],
        trouble: "The disk is full.\nMake room.",
      }));
      const { code, stdout: [head, row = ""] } = await host.runs("workers");
      assertEquals(code, 0);
      assertEquals(head, "WORKER\tHOST\tPID\tTRAINS\tDEVICES\tTROUBLE\tVERSION\tSTARTED\tSEEN");
      const trouble = "The disk is full. Make room.";
      const start = `w1\tgpu-1\t42\tdigits\ta CPU\t${trouble}\t1.2.3\t${startedAt}\t`;
      assertEquals(row.slice(0, start.length), start);
      const [worker] = await jsonOf("workers");
      assertEquals(worker.run.name, "digits");
      const told = await textOf("show", "digits");
      assertMatch(told, /\n {2}Worker +w1 on gpu-1\n {2}Trouble +The disk is full\. Make room\.\n/);
      await host.store.deregisterWorker("w1");
      const none = await host.runs("workers");
      assertEquals(none.stdout, []);
      assertMatch(none.stderr, /^No worker is running for .*: runs wait\. 'deno task worker'/);
    });
  });

  describe("runs follow", () => {
    it("prints each epoch once, over a server that is killed, stays away and is started again", async () => {
      await createRun("digits");
      const worker = await claim();
      await worker.trainEpoch();
      const following = host.start("follow", "digits");
      await following.printed(epochLine(1));
      await worker.trainEpoch();
      await following.printed(epochLine(2));
      await host.killServer();
      await following.told("Connection lost. Reconnecting…");
      // The worker needs no server.
      await worker.trainEpoch();
      await host.restartServer();
      await following.printed(epochLine(3));
      await worker.complete();
      const { code, stdout, stderr } = await following.end;
      assertEquals(code, 0, stderr);
      assertEquals(stdout, [1, 2, 3].map(epochLine));
      assertMatch(stderr, /^Following 'digits' \([0-9a-f]{8}\) on http:\/\/127\.0\.0\.1:\d+\.\n/);
      assertMatch(stderr, /\nConnection lost\. Reconnecting…\nConnected again\.\n/);
      assertMatch(stderr, /\nepoch 2\/3, step 8 of 12 \(66%\), 8,000 samples\/s, /);
      assert(stderr.endsWith("\nDone: 3 epochs in 3s, test accuracy 93.00%\n"), stderr);
    });

    it("shows a finished run from its first epoch", async () => {
      await createRun("digits");
      await complete();
      const { code, stdout } = await host.runs("follow");
      assertEquals(code, 0);
      assertEquals(stdout, [1, 2, 3].map(epochLine));
    });

    it("waits with a run that waits, and with one that is paused", async () => {
      const run = await createRun("digits");
      await host.store.request(run.id, "pause");
      const following = host.start("follow", "digits");
      await following.told("Paused. Resume it with 'deno task runs resume'.");
      assertEquals((await host.runs("resume", "digits", "--epochs", "4")).code, 0);
      await following.told("The run is resumed, to 4 epochs in all.");
      const worker = await claim();
      await following.told("Training on CPU (a test, 2 threads), None 1.0");
      await worker.trainEpoch();
      await host.store.request(run.id, "pause");
      await worker.append({ type: "paused", reason: "The disk is full." });
      await following.told("The disk is full. The run is paused.");
      assertEquals((await host.runs("cancel", "digits")).code, 0);
      const { code, stdout, stderr } = await following.end;
      assertEquals(code, 1, stderr);
      assertEquals(stdout, [epochLine(1)]);
      assertMatch(stderr, /\nCancelled: 1 epoch in 1s, test accuracy 91\.00%\n$/);
    });

    it("says what a run waits for that no worker has, as workers come and go", async () => {
      const spec = { ...SPEC, device: "CUDA" } as const;
      const { run } = await host.store.create({ name: "digits", spec });
      const following = host.start("follow", "digits");
      await following.told("No worker is running: start one on a machine with an NVIDIA GPU");
      await host.store.registerWorker(aWorker({ id: "w1", devices: [A_CPU] }));
      const waits =
        "No worker has CUDA: start one on a machine with an NVIDIA GPU, or cancel the run.";
      await following.told(waits);
      const { stdout } = await host.runs("show", "digits");
      assert(stdout.some((line) => line.trim() === `Waits     ${waits}`), stdout.join("\n"));
      await host.store.deregisterWorker("w1");
      await host.store.request(run.id, "cancel");
      assertEquals((await following.end).code, 1);
    });

    it("ends with 1 and the reason when the run fails", async () => {
      await createRun("digits");
      const worker = await claim();
      const following = host.start("follow");
      await following.told("Following");
      await worker.append({ type: "failed", error: "The loss is not a number." });
      const { code, stderr } = await following.end;
      assertEquals(code, 1);
      assertMatch(stderr, /\nThe loss is not a number\.\nFailed: no epoch was finished\n$/);
    });

    it("ends when the run is deleted", async () => {
      const run = await createRun("digits");
      await host.store.request(run.id, "pause");
      const following = host.start("follow");
      await following.told("Paused. Resume it");
      assertEquals((await host.runs("delete", "digits", "--yes")).code, 0);
      const { code, stderr } = await following.end;
      assertEquals(code, 1);
      assertMatch(stderr, /\nThe run was deleted\.\n$/);
    });

    it("leaves the run as it is at Ctrl-C", async () => {
      const run = await createRun("digits");
      await claim();
      const following = host.start("follow");
      await following.told("Following");
      following.kill("SIGINT");
      const { code, stderr } = await following.end;
      assertEquals(code, 130);
      assertMatch(stderr, /Not following any more; the run is left as it is\.\n$/);
      assertEquals(await stateOf(run), "RUNNING");
    });
  });

  describe("a server that is not there", () => {
    it("is said not to be there, with how to start one", async () => {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = listener.addr as Deno.NetAddr;
      listener.close();
      const commands = [["list"], ["follow"], ["pause", "x"], ["list", "-s", `localhost:${port}`]];
      for (const args of commands) {
        const env = { PORT: String(port), HOST: "" };
        const { code, stdout, stderr } = await startRuns(args, env).end;
        assertEquals(code, 3, stderr);
        assertEquals(stdout, []);
        assertMatch(
          stderr,
          /^Cannot reach epochql at http:\/\/(127\.0\.0\.1|localhost):\d+: Connection refused\. Start it with 'deno task start', or name another server with --server\.\n$/,
        );
      }
    });

    it("is said to be reached by a proxy, with the proxy's variable", async () => {
      const env = { HTTP_PROXY: "http://me:secret@127.0.0.1:1", NO_PROXY: "" };
      const { code, stderr } = await startRuns(["list", "-s", "http://gpu.example:8000"], env).end;
      assertEquals(code, 3);
      assertMatch(stderr, /by the proxy http:\/\/…@127\.0\.0\.1:1: .*Correct HTTP_PROXY.*NO_PROXY/);
    });

    it("is asked without a proxy on this machine", async () => {
      const own = serve(() => Response.json({ errors: [{ message: "It was reached." }] }));
      for (const name of ["HTTP_PROXY", "http_proxy", "ALL_PROXY"]) {
        for (const host of ["127.0.0.1", "localhost"]) {
          const url = `http://${host}:${own.addr.port}`;
          const env = { [name]: "http://127.0.0.1:1", NO_PROXY: "" };
          const { stderr } = await startRuns(["list", "-s", url], env).end;
          assertMatch(stderr, /It was reached/);
        }
      }
      await own.shutdown();
    });

    it("is not taken for one that is something else", async () => {
      const other = serve(() => new Response("<html>", { status: 404 }));
      const { code, stderr } = await startRuns(["-s", `http://127.0.0.1:${other.addr.port}`]).end;
      await other.shutdown();
      assertEquals(code, 1);
      const answer =
        /^Cannot read the answer of .* be that of an epochql server, got '404 Not Found'/;
      assertMatch(stderr, answer);
    });

    it("is not asked where its address or a variable cannot be used", async () => {
      for (
        const [args, env, message] of [
          [["-s", "http://"], {}, /^Cannot use --server 'http:\/\/'/],
          [["-s", "http://me:secret@here"], {}, /^Cannot use --server /],
          [[], { PORT: "0" }, /^Cannot start with PORT=0: the server's port is not known/],
          [["--token-file", "/nowhere"], {}, /^Cannot read the token: .*'\/nowhere'/],
        ] as const
      ) {
        const { code, stderr } = await startRuns(args, { PORT: "8000", HOST: "", ...env }).end;
        assertEquals(code, 2, stderr);
        assertMatch(stderr, message);
      }
    });
  });

  describe("a server with tokens of several scopes", () => {
    it("says which scope is missing, and does the rest", async () => {
      const file = folder.join("tokens");
      await Deno.writeTextFile(file, "watcher read 0123456789abcdef\n");
      const guarded = await openHost({ EPOCHQL_TOKENS_FILE: file });
      try {
        await writeRun(guarded.store, "digits");
        const env = { EPOCHQL_TOKEN: "0123456789abcdef" };
        const ask = async (...args: string[]) =>
          await startRuns([...args, "-s", guarded.origin], env).end;
        assertEquals((await ask("list")).code, 0);
        const { code, stderr } = await ask("cancel", "digits");
        assertEquals(code, 1);
        assertEquals(
          stderr,
          "Cannot answer cancelTraining: the scope must be 'write' or more, got 'read' of the token " +
            "'watcher'.\n",
        );
      } finally {
        await guarded.close();
      }
    });
  });

  describe("a server with a token", () => {
    const TOKEN = "0123456789abcdef";
    let guarded: Host;
    before(async () => {
      guarded = await openHost({ EPOCHQL_TOKEN: TOKEN });
    });
    after(() => guarded.close());

    it("is asked with the one in EPOCHQL_TOKEN, also over WebSocket", async () => {
      await writeRun(guarded.store, "digits");
      assertEquals((await guarded.runs("list")).code, 0);
      const worker = await claimRun(guarded.store);
      const following = guarded.start("follow");
      await following.told("Following");
      await worker.trainEpoch();
      await following.printed(epochLine(1));
      await worker.complete();
      assertEquals((await following.end).code, 0);
    });

    it("is asked with the one in a file", async () => {
      const file = folder.join("token");
      await Deno.writeTextFile(file, `${TOKEN}\n`);
      const args = ["list", "-s", guarded.origin, "--token-file", file];
      assertEquals((await startRuns(args, { EPOCHQL_TOKEN: "" }).end).code, 0);
      await Deno.writeTextFile(file, "two words");
      const { code, stderr } = await startRuns(args, { EPOCHQL_TOKEN: "" }).end;
      assertEquals(code, 2);
      assertMatch(stderr, /must hold it and nothing else/);
      assertNotMatch(stderr, /two words/);
    });

    it("refuses who has none, or another, with what to do", async () => {
      for (const token of ["", "another0another0"]) {
        const env = { EPOCHQL_TOKEN: token };
        const { code, stderr } = await startRuns(["-s", guarded.origin], env).end;
        assertEquals(code, 1);
        assertEquals(
          stderr,
          "Cannot connect to the server without its token: set EPOCHQL_TOKEN to it, or name a file that holds it " +
            "with --token-file.\n",
        );
      }
    });
  });
});
