/** `deno task train` as a process: its output, its results and its exit codes. */
import { assert, assertEquals, assertMatch, assertThrows, fail } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { downloadDataset } from "../../data/storage/download.ts";
import { RECIPES } from "../../ml/spec/recipes.ts";
import { renderSummary, summarize } from "../../ml/network/summary.ts";
import type { History } from "../../runs/reading/history.ts";
import { delay } from "../../lib/delay.ts";
import { ConflictError } from "../../runs/log/errors.ts";
import { readLines } from "../../lib/lines.ts";
import { openStore } from "../../runs/store/open.ts";
import { childrenOf, untilGone } from "../../tools/processes.ts";
import { present } from "../support/present.ts";
import { folderPerSuite } from "../support/temporary_folder.ts";
import { until } from "../support/until.ts";
import { textsOf } from "../pictures/look.ts";

const PROGRAM = new URL("../../cli/train.ts", import.meta.url).pathname;

/** Two epochs of twenty steps: a second or two. */
const SMALL = "--train-samples 640 --test-samples 500 --epochs 2 --seed 1".split(" ");

/** Longer than any test. */
const ENDLESS = "--train-samples 640 --test-samples 500 --epochs 10000".split(" ");

const EPOCH_LINE =
  /^Epoch: \d+, Train_acc:\d+\.\d%, Train_loss:\d+\.\d{3}, Test_acc:\d+\.\d%,Test_loss:\d+\.\d{3}$/;

/** True if the program is installed that runs another one in a terminal. */
const hasScript = Deno.build.os === "linux" && await new Deno.Command("script", {
  args: ["--version"],
  stdout: "null",
}).output().then(({ success }) => success, () => false);

const folder = folderPerSuite();
let home = "";

function spawn(args: readonly string[], env: Record<string, string> = {}): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", PROGRAM, ...args],
    env: { EPOCHQL_HOME: home, NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function train(args: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await spawn(args, env).output();
  const lines = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trimEnd().split("\n");
  return { code, stdout: lines(stdout), stderr: lines(stderr) };
}

/** Counts the runs of a home. */
async function countRuns(home: string): Promise<number> {
  const store = await openStore({ home });
  try {
    return (await store.list({ first: 1 })).totalCount;
  } finally {
    await store.close();
  }
}

async function readHistory(
  folder: string,
): Promise<History> {
  return JSON.parse(await Deno.readTextFile(join(folder, "history.json")));
}

describe("deno task train", () => {
  before(async () => {
    home = folder.path;
    await downloadDataset("mnist", join(home, "data"), () => {});
  });

  it("trains several values one after another, and compares them", async () => {
    const out = join(home, "several");
    const args = [...SMALL, "--learning-rate", "0.01,50", "--out", out];
    const { code, stdout, stderr } = await train(args);
    assertEquals(code, 0, stderr.join("\n"));
    assertEquals(stdout.length, 4);
    const told = stderr.join("\n");
    assertMatch(told, /^Training 1 of 2: learning rate 0\.01\n/);
    assertMatch(told, /\n\nTraining 2 of 2: learning rate 50\n/);
    // What such a step leads to is not better than chance.
    assertMatch(
      told,
      /\nNo better than guessing \(the largest of 10 classes: \d+\.\d\d%\)\. .+ a smaller learning rate \(this run: 50\)/,
    );
    const [head = "", first = "", second = "", next = ""] = stderr.slice(-4);
    assertMatch(head, /^RUN +BEST TEST ACC +LAST TEST ACC +LAST TEST LOSS +TIME +STATE *$/);
    assertMatch(first, /^learning rate 0\.01 +\d+\.\d\d% .* COMPLETED *$/);
    assertMatch(second, /^learning rate 50 +\d+\.\d\d% .* COMPLETED, chance level *$/);
    assertMatch(next, /^Compare their curves: deno task runs plot \S+ \S+ --out comparison\.svg/);
    for (const folder of ["learning-rate-0.01", "learning-rate-50"]) {
      assertEquals((await readHistory(join(out, folder))).epochs.length, 2);
    }
  });

  it("leaves no picture of an earlier run beside its own results", async () => {
    const out = join(home, "replaced");
    const first = await train([...SMALL, "--name", "first", "--out", out]);
    assertEquals(first.code, 0, first.stderr.join("\n"));
    const { id } = await readHistory(out);
    // It diverges before its first epoch: its batches are drawn, and there is no checkpoint to evaluate.
    const second = await train([...SMALL, "--learning-rate", "100", "--out", out]);
    assertEquals([...Deno.readDirSync(out)].map((entry) => entry.name).toSorted(), [
      ...["curves.pdf", "curves.png", "curves.svg"],
      "history.json",
    ]);
    assertEquals(
      second.stderr.at(-1),
      `They replace those of 'first' (${id}), which stays in the run list.`,
    );
  });

  it("prints an epoch a line on stdout and everything else on stderr, and keeps the run", async () => {
    const out = join(home, "curves");
    const { code, stdout, stderr } = await train([...SMALL, "--name", "digits", "--out", out]);
    assertEquals(code, 0, stderr.join("\n"));

    assertEquals(stdout.length, 2);
    for (const line of stdout) assertMatch(line, EPOCH_LINE);
    assertMatch(stdout[0] ?? "", /^Epoch: 1,/);

    const summary = renderSummary(summarize(RECIPES.BASIC_CNN.network));
    const told = stderr.join("\n");
    assert(told.startsWith(summary), told);
    assertMatch(told, /\nBASIC_CNN on MNIST: 2 epochs of 20 steps, batch size 32, .*seed 1\n/);
    assertMatch(told, /\nTraining on CPU \(.+\), Native \d+ /);
    assertMatch(told, /\nepoch 1\/2, step \d+ of 40 \(\d+%\), /);
    assertMatch(told, /\nDone: 2 epochs in \d+s, test accuracy /);
    const pictures = ["curves", "confusion", "kernels"].flatMap((name) =>
      ["svg", "png", "pdf"].map((ending) => `${name}.${ending}`)
    );
    assert(told.endsWith(`Results in ${out}/: ${pictures.join(", ")}, history.json`), told);

    const files = [...Deno.readDirSync(out)].map((entry) => entry.name).sort();
    assertEquals(files, [...pictures, "history.json"].sort());
    const history = await readHistory(out);
    assertEquals(history.state, "COMPLETED");
    assertEquals(history.epochs.length, 2);
    const [confusion, kernels] = await Promise.all(
      ["confusion", "kernels"].map((name) => Deno.readTextFile(join(out, `${name}.svg`))),
    );
    const accuracy = (100 * (history.epochs[1]?.testAcc ?? NaN)).toFixed(2);
    assertEquals(textsOf(confusion ?? "").slice(0, 2), [
      "digits",
      `accuracy ${accuracy}% · n = 500 (MNIST test set) · epoch 2, step 40`,
    ]);
    assertEquals(textsOf(kernels ?? "").slice(0, 2), [
      "digits",
      "conv1: 32 kernels of 3 × 3 · epoch 2, step 40",
    ]);

    const store = await openStore({ home });
    try {
      const run = await store.get(history.id);
      assertEquals(run?.name, "digits");
      assertEquals(run?.snapshot.state, "COMPLETED");
      const { spec } = present(run);
      // history.json has the fields that a user chooses, without the network that follows from them.
      const { version: _version, ...chosen } = spec;
      assertEquals(chosen, history.spec);
    } finally {
      await store.close();
    }
  });

  it(
    "draws a bar on a terminal and leaves the terminal as it was",
    { ignore: !hasScript },
    async () => {
      const command = [Deno.execPath(), "run", "-A", PROGRAM, ...SMALL];
      const { code, stdout } = await new Deno.Command("script", {
        args: ["--quiet", "--return", "--command", command.join(" "), "/dev/null"],
        env: { EPOCHQL_HOME: home, TERM: "xterm-256color", CI: "", NO_COLOR: "" },
        stdin: "null",
        stderr: "null",
      }).output();
      const shown = new TextDecoder().decode(stdout);
      assertEquals(code, 0, shown);
      assertMatch(shown, /Epoch 1\/2 .*━.*%.*ETA/);
      assert(shown.includes("\x1b[36m━"), "The bar has its colour.");
      // Epochs stand on lines of their own.
      // deno-lint-ignore no-control-regex
      assertMatch(shown, /(\n|\x1b\[2K)Epoch: 1, Train_acc:[^\r\n\x1b]*\r\n/);
      assert(
        shown.lastIndexOf("\x1b[?25h") > shown.lastIndexOf("\x1b[?25l"),
        "The cursor is shown again.",
      );
    },
  );

  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    it(`leaves its run paused and saved at ${signal}, even where the task runner passes it on again`, async () => {
      const out = join(home, signal);
      const child = spawn([...ENDLESS, "--out", out]);
      const stderr = new Response(child.stderr).text();
      let epochs = 0;
      for await (const line of readLines(child.stdout)) {
        assertMatch(line, EPOCH_LINE);
        if (++epochs !== 1) continue;
        child.kill(signal);
        child.kill(signal);
      }
      const told = await stderr;
      assertEquals((await child.status).code, code, told);
      const history = await readHistory(out);
      assertEquals(history.state, "PAUSED");
      assertEquals(history.epochs.length, epochs);
      const store = await openStore({ home });
      const { id, snapshot } = (await store.get(history.id)) ?? fail("It must be kept.");
      // No worker takes it up by itself.
      assertEquals(await store.claim({ worker: "another", leaseMs: 1000, runId: id }), undefined);
      await store.close();
      assertEquals(snapshot.lastCheckpoint?.step, snapshot.step, "All that was trained is saved.");
      const step = snapshot.step.toLocaleString("en-US");
      const lines = told.trimEnd().split("\n").slice(-4);
      assertEquals(lines[0], "Saving a checkpoint. Press Ctrl-C again to quit now.");
      assertMatch(lines[1] ?? "", /^Paused: \d+ epochs? in /);
      assertEquals(
        lines[2],
        `It is saved up to step ${step} of 200,000. Resume with: deno task train --resume ${id}, ` +
          "or Resume on the page.",
      );
      assertMatch(lines[3] ?? "", new RegExp(`^Results in ${out}/: `));
    });
  }

  it("quits at once at a second Ctrl-C, and leaves a run that can be resumed", async () => {
    const out = join(home, "twice");
    const child = spawn([...ENDLESS, "--name", "twice", "--out", out]);
    const stdout = readLines(child.stdout);
    const stderr = readLines(child.stderr);
    await stdout.next();
    // What trains saves nothing any more.
    const [trainer = 0] = childrenOf(child.pid);
    Deno.kill(trainer, "SIGSTOP");
    child.kill("SIGINT");
    for await (const line of stderr) if (line.startsWith("Saving a checkpoint.")) break;
    await delay(350, new AbortController().signal); // As a person does: less is the same press.
    child.kill("SIGINT");
    assertEquals((await child.status).code, 130);
    Deno.kill(trainer, "SIGCONT");
    await untilGone(trainer);
    await stdout.return();
    await stderr.return();

    const store = await openStore({ home });
    const { runs: [run = fail("It must be kept.")] } = await store.list({
      first: 1,
      search: "twice",
    });
    assertEquals(run.snapshot.state, "PAUSING");
    // As soon as its lease has run out.
    const resumed = await until("the lease has expired", async () => {
      try {
        return await store.request(run.id, "resume");
      } catch (error) {
        assert(error instanceof ConflictError);
      }
    });
    assertEquals(resumed.snapshot.state, "QUEUED");
    await store.close();
  });

  it("fails a training that diverges, with what to try, and writes valid JSON", async () => {
    const out = join(home, "diverged");
    const flags = "--recipe DROPOUT_CNN --learning-rate 100 --batch-size 1 --train-samples 300 " +
      "--test-samples 100 --seed 3 --out";
    const { code, stdout, stderr } = await train([...flags.split(" "), out]);
    assertEquals([code, stdout], [1, [""]]);
    assertMatch(
      stderr.join("\n"),
      /Training diverged: the loss is not a finite number at step \d+; lower learningRate \(got 100\)/,
    );
    const { state, error, epochs } = await readHistory(out);
    assertEquals([state, epochs], ["FAILED", []]);
    assertMatch(error ?? "", /^Training diverged: /);
    const curves = await Deno.readTextFile(join(out, "curves.svg"));
    assertMatch(curves, /Failed: Training diverged: /);
  });

  it("continues a run that was paused, and prints it as CSV or JSON", async () => {
    const args = "--train-samples 3200 --test-samples 100 --epochs 4 --seed 5".split(" ");
    const child = spawn([...args, "--name", "in two parts"]);
    const lines = readLines(child.stdout);
    await lines.next();
    child.kill("SIGINT");
    for await (const _line of lines);
    await child.stderr.cancel();
    assertEquals((await child.status).code, 130);

    const resumed = await train(["--resume", "in two parts", "--csv"]);
    assertEquals(resumed.code, 0, resumed.stderr.join("\n"));
    const whole = await train(["--like", "in two parts", "--json"]);
    assertEquals(whole.code, 0, whole.stderr.join("\n"));
    const [head = "", ...rows] = resumed.stdout;
    const columns = head.split(",");
    const parts = rows.map((row) =>
      Object.fromEntries(
        row.split(",").map((value, at) => [columns[at], value === "" ? null : Number(value)]),
      )
    );
    const timeless = (epoch: object) => ({ ...epoch, seconds: 0 });
    assertEquals(parts.length, 4);
    assertEquals(parts.map(timeless), whole.stdout.map((line) => timeless(JSON.parse(line))));

    const again = await train(["--resume", "in two parts"]);
    assertEquals(again.code, 2);
    assertMatch(again.stderr[0] ?? "", /is already completed.*--resume \S+ --epochs N$/);
    const unknown = await train(["--resume", "nothing"]);
    assertEquals([unknown.code, unknown.stderr.length], [2, 1]);
    assertMatch(unknown.stderr[0] ?? "", /^No run 'nothing'\./);
  });

  it("shows the same run again for the same key, in a folder named by its id", async () => {
    const args = [...SMALL, "--epochs", "1", "--idempotency-key", "monday"];
    const first = await train(args);
    const second = await train(args);
    assertEquals(first.code, 0);
    assertEquals(second.code, 0);
    assertEquals(first.stdout.length, 1);
    assertEquals(second.stdout, first.stdout);
    assertEquals(second.stderr.at(-1), first.stderr.at(-1));
    const folder = /^Results in (.*)\/: /.exec(first.stderr.at(-1) ?? "")?.[1] ?? "";
    assertEquals(folder, join(home, "runs", (await readHistory(folder)).id));
  });

  it("refuses wrong flags before anything is written", async () => {
    const nowhere = join(home, "nowhere");
    const args = ["--epochs", "0", "--batch-size", "70000"];
    const { code, stdout, stderr } = await train(args, { EPOCHQL_HOME: nowhere });
    assertEquals([code, stdout], [2, [""]]);
    assertEquals(stderr, [
      "Cannot train with --epochs 0: --epochs must be between 1 and 10000.",
      "Cannot train with --batch-size 70000: --batch-size must be between 1 and 4096.",
    ]);
    assertThrows(() => Deno.statSync(nowhere), Deno.errors.NotFound);
  });

  it("refuses a folder that cannot be written before anything is trained", async () => {
    const { code, stderr } = await train([...SMALL, "--out", "/proc/epochql"]);
    assertEquals(code, 2);
    assertEquals(stderr.length, 1);
    assertMatch(stderr[0] ?? "", /^Cannot write results to '\/proc\/epochql': --out must be /);
  });

  it("stores no run that cannot be trained, and names the remedy", async () => {
    const empty = join(home, "empty");
    const { code, stdout, stderr } = await train(SMALL, { EPOCHQL_HOME: empty });
    assertEquals(code, 1);
    assertEquals(stdout, [""]);
    assertMatch(stderr.at(-1) ?? "", /^Cannot read .*deno task setup/);
    assertEquals(await countRuns(empty), 0);
  });

  it("refuses a device that is not there, and writes nothing down", async () => {
    const empty = join(home, "no device");
    // Where there is a GPU, it is not seen.
    const blind = { EPOCHQL_HOME: empty, CUDA_VISIBLE_DEVICES: "-1" };
    const ways = [[["--device", "cuda"], {}], [[], { EPOCHQL_DEVICE: "CUDA" }]] as const;
    for (const [args, env] of ways) {
      const { code, stdout, stderr } = await train([...SMALL, ...args], { ...blind, ...env });
      assertEquals(code, 2);
      assertEquals(stdout, [""]);
      assertMatch(stderr.at(-1) ?? "", /^Cannot train on CUDA: .*deno task setup --gpu/);
    }
    assertEquals(await countRuns(empty), 0);
  });

  it("says in one line which setting is wrong", async () => {
    const { code, stderr } = await train(SMALL, { EPOCHQL_DEVICE: "TPU" });
    assertEquals(code, 2);
    assertEquals(stderr.length, 1);
    assertMatch(stderr[0] ?? "", /^Cannot start with EPOCHQL_DEVICE=TPU: /);
  });

  it("explains itself on stdout", async () => {
    const { code, stdout, stderr } = await train(["--help"]);
    assertEquals(code, 0);
    assertMatch(stdout[0] ?? "", /^Usage: deno task train \[options\]/);
    assertEquals(stderr, [""]);
  });
});
