/** What a run takes of its machine and what is to be read of it, through the API, on a real store. */
import { assert, assertEquals, fail } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import type { RunEventBody } from "../../runs/log/event.ts";
import type { RunStore } from "../../runs/store/store.ts";
import type { ApiContext } from "../../schema/base/context.ts";
import { ask, batches, openNewStore, refuse, STARTED } from "./support.ts";

let store: RunStore;
let context: ApiContext;
let close: () => Promise<void>;

/** The id of a run whose worker has said this. */
async function runWith(events: readonly RunEventBody[]): Promise<string> {
  const { startTraining } = await ask(context, "mutation { startTraining { run { id } } }");
  const claim = await store.claim({ worker: "w1", leaseMs: 60_000 }) ?? fail("no claim");
  await store.append(claim, 1, [STARTED, ...events]);
  await store.append(claim, 2, [{ type: "failed", error: "Enough." }]);
  return startTraining.run.id;
}

/** A measurement whose every number follows from one. */
function system(at: number, gpu: number | null = null): RunEventBody {
  return {
    type: "system",
    cpuCores: at,
    memoryBytes: at * 1000,
    samplesPerSecond: at * 10,
    gpu: gpu === null ? null : { utilization: gpu, memoryBytes: gpu * 100 },
  };
}

function log(level: "info" | "warning" | "error", message: string): RunEventBody {
  return { type: "log", level, message };
}

before(async () => {
  ({ store, context, close } = await openNewStore());
});
after(() => close());

const METRICS = `query ($id: ID!, $maxPoints: Int, $last: Int) { run(id: $id) {
  systemMetrics(maxPoints: $maxPoints, last: $last) {
    seq cpuCores memoryBytes samplesPerSecond gpu { utilization memoryBytes }
  }
} }`;

describe("Run.systemMetrics", () => {
  it("gives every measurement where there are no more than asked for", async () => {
    const id = await runWith([system(1), batches(1, 1, 4), system(2, 0.5)]);
    const { run } = await ask(context, METRICS, { id });
    const before = { seq: 4, cpuCores: 1, memoryBytes: 1000, samplesPerSecond: 10, gpu: null };
    assertEquals(run.systemMetrics, [
      before,
      {
        seq: 6,
        cpuCores: 2,
        memoryBytes: 2000,
        samplesPerSecond: 20,
        gpu: { utilization: 0.5, memoryBytes: 50 },
      },
    ]);
  });

  it("gives none of a run that was not measured", async () => {
    const { run } = await ask(context, METRICS, { id: await runWith([]) });
    assertEquals(run.systemMetrics, []);
  });

  it("gives the means of stretches of more measurements, each where its last one is", async () => {
    const id = await runWith(Array.from({ length: 2500 }, (_, at) => system(at + 1, at % 2)));
    const { run } = await ask(context, METRICS, { id, maxPoints: 10 });
    const points: readonly { readonly seq: number; readonly cpuCores: number }[] =
      run.systemMetrics;
    assert(points.length > 5 && points.length <= 10, `${points.length} points`);
    const firstSeq = 4;
    let from = 1;
    for (const { seq, cpuCores, ...others } of points) {
      const to = seq - firstSeq + 1;
      const mean = (from + to) / 2;
      assert(Math.abs(cpuCores - mean) < 1e-6, `measurements ${from} to ${to}: ${cpuCores}`);
      assertEquals(others, {
        memoryBytes: Math.round(1000 * mean),
        samplesPerSecond: 10 * mean,
        gpu: { utilization: 0.5, memoryBytes: 50 },
      });
      from = to + 1;
    }
    assertEquals(from, 2501);
  });

  it("gives the last ones as they are", async () => {
    const id = await runWith([1, 2, 3, 4].map((at) => system(at)));
    const { run } = await ask(context, METRICS, { id, last: 2 });
    assertEquals(run.systemMetrics.map(({ cpuCores }: { cpuCores: number }) => cpuCores), [
      3,
      4,
    ]);
  });

  it("says between which numbers its arguments must be", async () => {
    const id = await runWith([]);
    const { message } = await refuse(context, METRICS, { id, maxPoints: 0 });
    assertEquals(
      message,
      "Cannot read system metrics: maxPoints must be between 1 and 2000, got 0.",
    );
  });
});

const LOGS = `query ($id: ID!, $level: LogLevel, $last: Int, $beforeSeq: Int) { run(id: $id) {
  logs(level: $level, last: $last, beforeSeq: $beforeSeq) { seq level message }
} }`;

describe("Run.logs", () => {
  const lines = [
    log("info", "one"),
    log("warning", "two"),
    batches(1, 1, 4),
    log("error", "three"),
    log("info", "four"),
  ];

  async function messages(variables: Readonly<Record<string, unknown>>): Promise<string[]> {
    const { run } = await ask(context, LOGS, variables);
    return run.logs.map(({ message }: { message: string }) => message);
  }

  it("gives all lines in order", async () => {
    const id = await runWith(lines);
    assertEquals(await messages({ id }), ["one", "two", "three", "four"]);
  });

  it("leaves out what matters less than asked for", async () => {
    const id = await runWith(lines);
    assertEquals(await messages({ id, level: "WARNING" }), ["two", "three"]);
    assertEquals(await messages({ id, level: "ERROR" }), ["three"]);
  });

  it("gives the last lines, and those before them", async () => {
    const id = await runWith(lines);
    const { run } = await ask(context, LOGS, { id, last: 2 });
    const [first, second] = run.logs;
    assertEquals([first.message, second.message], ["three", "four"]);
    assertEquals(await messages({ id, last: 2, beforeSeq: first.seq }), ["one", "two"]);
    assertEquals(await messages({ id, last: 2, beforeSeq: 1 }), []);
  });

  it("finds what matters before any number of lines that do not", async () => {
    const many = Array.from({ length: 1500 }, (_, at) => log("info", `line ${at}`));
    const id = await runWith([log("error", "there"), ...many]);
    assertEquals(await messages({ id, level: "WARNING" }), ["there"]);
  });
});
