/** The curve of a run's steps, thinned out for charts. */
import { assert, assertEquals } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { readBatchCurve } from "../../../runs/reading/batch_curve.ts";
import type { Run } from "../../../runs/log/run.ts";
import type { RunStore } from "../../../runs/store/store.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import { aSpec } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";

const STEPS = 30_000;
/** One step of a kind: what averages or every nth step would not show. */
const SPIKE = 17_321;
const CHUNK = 100;

const lossOf = (step: number) => Math.fround(step === SPIKE ? 9 : 1 / step + Math.sin(step) / 10);

describe("readBatchCurve()", () => {
  const folder = temporaryFolder();
  let store: RunStore;
  let run: Run;

  before(async () => {
    store = await openSqliteStore(join(folder.path, "runs.db"));
    await store.create({ name: "r", spec: aSpec() });
    const claim = present(await store.claim({ worker: "w", leaseMs: 60_000 }));
    const starts = Array.from({ length: STEPS / CHUNK }, (_, at) => at * CHUNK + 1);
    run = await store.append(
      claim,
      1,
      starts.map((firstStep) => {
        const steps = Array.from({ length: CHUNK }, (_, at) => firstStep + at);
        return {
          type: "batches",
          epoch: firstStep <= STEPS / 2 ? 1 : 2,
          firstStep,
          losses: steps.map(lossOf),
          accs: steps.map((step) => Math.fround(step / STEPS)),
          samplesPerSecond: 1,
        };
      }),
    );
  });
  after(async () => {
    await store.close();
    folder[Symbol.dispose]();
  });

  it("gives every step where every one is requested, or the limit is not below their number", async () => {
    for (const maxPoints of [null, STEPS]) {
      const curve = await readBatchCurve(store, run, { maxPoints });
      assertEquals(curve.map(({ step }) => step), Array.from({ length: STEPS }, (_, at) => at + 1));
      const { loss, ...last } = present(curve.at(-1));
      assertEquals(last, { runId: run.id, epoch: 2, step: STEPS, acc: 1 });
      assertEquals(Math.fround(loss), lossOf(STEPS));
    }
  });

  for (const maxSteps of [200_000, 1_000]) {
    it(`thins out to steps of the log, with its ends and its spike (${maxSteps} in memory)`, async () => {
      for (const maxPoints of [10, 333, 500]) {
        const curve = await readBatchCurve(store, run, { maxPoints, maxSteps });
        assertEquals(curve.length, maxPoints);
        const steps = curve.map(({ step }) => step);
        assertEquals(steps, [...new Set(steps)].toSorted((a, b) => a - b));
        assertEquals([steps[0], steps.at(-1)], [1, STEPS]);
        assert(steps.includes(SPIKE));
        for (const { step, loss, epoch } of curve) {
          assertEquals([Math.fround(loss), epoch], [lossOf(step), step <= STEPS / 2 ? 1 : 2]);
        }
      }
    });
  }

  for (const maxSteps of [200_000, 1_000]) {
    it(`gives a range alone, whole or thinned out (${maxSteps} in memory)`, async () => {
      const range = { fromStep: 5_050, toStep: 17_400, maxSteps };
      const every = await readBatchCurve(store, run, { maxPoints: null, ...range });
      assertEquals(
        every.map(({ step }) => step),
        Array.from({ length: 12_351 }, (_, at) => 5_050 + at),
      );
      const thin = await readBatchCurve(store, run, { maxPoints: 100, ...range });
      assertEquals(thin.length, 100);
      assertEquals([thin[0]?.step, thin.at(-1)?.step], [5_050, 17_400]);
      assert(thin.some(({ step }) => step === SPIKE));
    });
  }

  it("gives the means of even stretches, each as its last step", async () => {
    const curve = await readBatchCurve(store, run, { maxPoints: 300, thinning: "MEAN" });
    assertEquals(
      curve.map(({ step }) => step),
      Array.from({ length: 300 }, (_, at) => 100 * (at + 1)),
    );
    for (const { step, loss, acc } of curve) {
      const losses = Array.from({ length: 100 }, (_, at) => lossOf(step - at));
      assert(Math.abs(loss - losses.reduce((sum, loss) => sum + loss) / 100) < 1e-6);
      assert(Math.abs(acc - (step - 49.5) / STEPS) < 1e-6);
    }
    const odd = await readBatchCurve(store, run, {
      ...{ maxPoints: 10, thinning: "MEAN", fromStep: 101, toStep: 125 },
    });
    assertEquals(odd.map(({ step }) => step), [103, 106, 109, 112, 115, 118, 121, 124, 125]);
  });

  it("is empty outside of the run", async () => {
    for (const range of [{ fromStep: STEPS + 1 }, { fromStep: 9, toStep: 8 }]) {
      assertEquals(await readBatchCurve(store, run, { maxPoints: null, ...range }), []);
    }
  });

  it("is empty before the first step", async () => {
    const { run } = await store.create({ name: "r", spec: aSpec() });
    assertEquals(await readBatchCurve(store, run, { maxPoints: 10 }), []);
  });
});
