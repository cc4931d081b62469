/** The curve of a training's resource usage, read from the log. */
import { assert, assertEquals } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import type { RunEventBody } from "../../../runs/log/event.ts";
import type { RunStore } from "../../../runs/store/store.ts";
import { openSqliteStore } from "../../../runs/store/sqlite/store.ts";
import { MAX_SYSTEM_POINTS, readSystemCurve } from "../../../runs/reading/system_curve.ts";
import { aSpec } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";

/** Measurements so many at a time; in the end more than the pages that are kept of a log for a moment. */
const ROUNDS = [1, 7, 1200, 1, 150, 51_000] as const;
const POINTS = 20;

describe("readSystemCurve()", () => {
  const folder = temporaryFolder();
  let store: RunStore;
  before(async () => {
    store = await openSqliteStore(join(folder.path, "runs.db"));
  });
  after(async () => {
    await store.close();
    folder[Symbol.dispose]();
  });

  it("reads no more than what is new, and gives what a reader of the whole log gets", async () => {
    await store.create({ name: "r", spec: aSpec() });
    const claim = present(await store.claim({ worker: "w", leaseMs: 60_000 }));
    let given = 0;
    const watched: RunStore = {
      ...store,
      async read(...args) {
        const events = await store.read(...args);
        given += events.length;
        return events;
      },
    };
    let measured = 0;
    for (const [round, count] of ROUNDS.entries()) {
      const events = Array.from({ length: count }, () => system(++measured));
      const run = await store.append(claim, round + 1, events);
      given = 0;
      const curve = await readSystemCurve(watched, run, POINTS);
      assertEquals(given, count);
      assert(curve.length <= POINTS && curve.length >= Math.min(measured, POINTS / 2));
      assertEquals(curve.at(-1)?.seq, run.snapshot.lastSeq);
      // Another store knows nothing of what was read before.
      assertEquals(await readSystemCurve({ ...store }, run, POINTS), curve);
      // A log is read once, however fine it is looked at.
      given = 0;
      for (const points of [1, POINTS + 1, 2 * POINTS, MAX_SYSTEM_POINTS]) {
        const other = await readSystemCurve(watched, run, points);
        assert(other.length <= points && other.length >= Math.min(measured, points / 2));
        assertEquals(other.at(-1)?.seq, run.snapshot.lastSeq);
        const [least] = await readSystemCurve(watched, run, 1);
        assert(
          Math.abs((least?.cpuCores ?? 0) - (measured + 1) / 2) < 1e-6,
          "its mean is that of all",
        );
      }
      assertEquals(given, 0);
    }
  });
});

function system(at: number): RunEventBody {
  return {
    type: "system",
    cpuCores: at,
    memoryBytes: at * 1000,
    samplesPerSecond: at * 10,
    gpu: null,
  };
}
