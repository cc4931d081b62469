/** Predictor processes: what they answer, and what happens when they or their servers die. */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { readLines } from "../../../lib/lines.ts";
import { writeCheckpoint } from "../../../ml/checkpoint/checkpoint.ts";
import type { CheckpointSource, Classifier } from "../../../ml/engines/classifier.ts";
import { createClassifier } from "../../../ml/engines/wasm/thread.ts";
import { initialState } from "../../../ml/network/init.ts";
import { RECIPES } from "../../../ml/spec/recipes.ts";
import {
  createFastClassifier,
  type FastClassifierOptions,
} from "../../../runs/predictor/classifier.ts";
import { predictorPermissions } from "../../../runs/predictor/permissions.ts";
import { createPredictorProcess } from "../../../runs/predictor/process.ts";
import { isAlive, send, untilGone } from "../../../tools/processes.ts";
import { aCheckpoint, assertKind } from "../../ml/checkpoint/support.ts";
import { assertFails } from "../../support/errors.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { until } from "../../support/until.ts";

const folder = folderPerTest();

const IMAGE = Uint8Array.from({ length: 784 }, (_, at) => at % 256);

describe("predictions", () => {
  let opened: Classifier[];
  /** The ids of the processes that were started, and the reasons of doing without. */
  let pids: number[];
  let reasons: string[];
  beforeEach(() => {
    opened = [];
    pids = [];
    reasons = [];
  });
  afterEach(async () => {
    for (const classifier of opened) classifier.close();
    for (const pid of pids) await untilGone(pid);
  });

  function open(options: Partial<FastClassifierOptions> = {}): Classifier {
    const classifier = createFastClassifier({
      scratch: folder.path,
      onStart: (pid) => pids.push(pid),
      onFallback: (reason) => reasons.push(reason),
      ...options,
    });
    opened.push(classifier);
    return classifier;
  }

  /** Writes a checkpoint, and counts how often it is lent. */
  async function checkpoint(seed = 1) {
    const path = folder.join(`${seed}.safetensors`);
    const state = initialState(RECIPES.BASIC_CNN.network, seed);
    const { sha256 } = await writeCheckpoint(path, { ...aCheckpoint(), state });
    const lent = { count: 0 };
    const source: CheckpointSource = {
      sha256,
      lend(use) {
        lent.count++;
        return use(path);
      },
    };
    return { path, source, lent };
  }

  it("are made in one process that keeps checkpoints, and are those of WebAssembly", async () => {
    const { source, lent } = await checkpoint();
    const wasm = createClassifier();
    opened.push(wasm);
    const classifier = open();
    const images = Uint8Array.from({ length: 37 * 784 }, (_, at) => (at * 37) % 256);
    const answers = await Promise.all([
      classifier.classify(source, IMAGE),
      classifier.classify(source, images),
    ]);
    await classifier.classify(source, IMAGE);
    for (const [at, samples] of [IMAGE, images].entries()) {
      const expected = await wasm.classify(source, samples);
      const got = answers[at];
      assertEquals(got?.predicted, expected.predicted);
      const distances = expected.probabilities.map((value, place) =>
        Math.abs(value - (got?.probabilities[place] ?? NaN))
      );
      assert(Math.max(...distances) <= 1e-5);
    }
    assertEquals([pids.length, reasons], [1, []]);
    // By two requests before it was there, and by WebAssembly.
    assert(lent.count <= 3, String(lent.count));
  });

  it("are made again by the next process when one is killed with requests open", async () => {
    const { source } = await checkpoint();
    const classifier = open();
    const expected = await classifier.classify(source, IMAGE);
    const asked = Array.from({ length: 20 }, () => classifier.classify(source, IMAGE));
    send(pids[0] ?? 0, "SIGKILL");
    for (const answer of await Promise.all(asked)) assertEquals(answer, expected);
    assertEquals([pids.length, reasons], [2, []]);
  });

  it("go on in WebAssembly when processes die again and again, with the reason", async () => {
    const { source } = await checkpoint();
    const classifier = open({ onStart: (pid) => (pids.push(pid), send(pid, "SIGKILL")) });
    for (let time = 0; time < 2; time++) {
      assertEquals((await classifier.classify(source, IMAGE)).probabilities.length, 10);
    }
    assertEquals([pids.length, reasons.length], [2, 1]);
    assertMatch(reasons[0] ?? "", /^The predictor died: it was ended by SIGKILL/);
  });

  it("go on in WebAssembly while the engine is not set up, with the reason once", async () => {
    const { source } = await checkpoint();
    const classifier = open({ library: folder.join("none.so"), retryMs: 0 });
    for (let time = 0; time < 2; time++) {
      assertEquals((await classifier.classify(source, IMAGE)).probabilities.length, 10);
    }
    assertEquals(reasons.length, 1);
    assertMatch(reasons[0] ?? "", /^Cannot load .*none\.so: .*deno task setup/);
  });

  it("report what is wrong with a checkpoint or samples, and the next one is answered", async () => {
    const { source, path } = await checkpoint();
    const classifier = open();
    const wrong = classifier.classify({ ...source, sha256: "0".repeat(64) }, IMAGE);
    await assertKind(wrong, "damaged");
    await assertFails(
      classifier.classify(source, IMAGE.subarray(1)),
      /RangeError: .*784 bytes each/,
    );
    await Deno.remove(path);
    assertEquals((await classifier.classify(source, IMAGE)).probabilities.length, 10);
    const gone = await checkpoint(2);
    await Deno.remove(gone.path);
    await assertKind(classifier.classify(gone.source, IMAGE), "missing");
    assertEquals([pids.length, reasons], [1, []]);
  });

  it("leave no process when there are none for a while, and start another one then", async () => {
    const { source } = await checkpoint();
    const classifier = open({ idleMs: 0 });
    await classifier.classify(source, IMAGE);
    await untilGone(pids[0] ?? 0);
    await until("the next prediction is made by another process", async () => {
      await classifier.classify(source, IMAGE);
      return pids.length > 1;
    });
    assertEquals(reasons, []);
  });

  it("fail when the process hangs, which is killed", async () => {
    const { source } = await checkpoint();
    const classifier = createPredictorProcess({
      scratch: folder.path,
      timeoutMs: 1,
      onStart: (pid) => pids.push(pid),
    });
    opened.push(classifier);
    await assertFails(
      classifier.classify(source, IMAGE),
      /^PredictorCrashedError: The predictor hung: it gave no answer for 0\.001 s/,
    );
    await untilGone(pids[0] ?? 0);
  });

  it("leave no process behind when the server is killed", async () => {
    const { source, path } = await checkpoint();
    const host = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        fileURLToPath(new URL("./host.ts", import.meta.url)),
        path,
        source.sha256,
        folder.path,
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const { value: line } = await readLines(host.stdout).next();
    const pid = Number(line);
    assertNotEquals(pid, 0);
    assert(isAlive(pid));
    host.kill("SIGKILL");
    await host.status;
    await untilGone(pid);
  });

  it("need no permission but to load the engine and to read what is lent", () => {
    assertEquals(predictorPermissions("/a,b/scratch", "/c/kernels.so"), [
      "--allow-ffi=/c/kernels.so",
      "--allow-read=/a,,b/scratch",
    ]);
  });
});
