/** Resource usage and log lines of a run through the API, on a real store. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { RunEventBody } from "../../runs/log/event.ts";
import { useApi, type Variables } from "../support/api.ts";
import { batches, logLine, started } from "../support/written_run.ts";

const api = useApi();

/** Starts a run with these events, the first of which has the seq 4. */
async function startWith(events: readonly RunEventBody[]): Promise<string> {
  const id = await api.start();
  await (await api.claim(id)).append(started(), ...events, { type: "failed", error: "Enough." });
  return id;
}

/** Makes a measurement whose every number follows from one. */
function system(at: number, gpu: number | null = null): RunEventBody {
  return {
    ...{ type: "system", cpuCores: at, memoryBytes: at * 1000, samplesPerSecond: at * 10 },
    gpu: gpu === null ? null : { utilization: gpu, memoryBytes: gpu * 100 },
  };
}

describe("Run.systemMetrics", () => {
  const METRICS = `query ($id: ID!, $maxPoints: Int, $last: Int) { run(id: $id) {
    systemMetrics(maxPoints: $maxPoints, last: $last) {
      seq cpuCores memoryBytes samplesPerSecond gpu { utilization memoryBytes }
    }
  } }`;
  const read = async (variables: Variables) =>
    (await api.ask(METRICS, variables)).run.systemMetrics;

  it("are all measurements if there are no more than requested", async () => {
    const id = await startWith([system(1), batches(1, 1), system(2, 0.5)]);
    assertEquals(await read({ id }), [
      { seq: 4, cpuCores: 1, memoryBytes: 1000, samplesPerSecond: 10, gpu: null },
      {
        ...{ seq: 6, cpuCores: 2, memoryBytes: 2000, samplesPerSecond: 20 },
        gpu: { utilization: 0.5, memoryBytes: 50 },
      },
    ]);
  });

  it("are none for a run without measurements", async () => {
    assertEquals(await read({ id: await startWith([]) }), []);
  });

  it("are means over stretches if there are more, each at its last measurement", async () => {
    const id = await startWith(Array.from({ length: 2500 }, (_, at) => system(at + 1, at % 2)));
    const points: readonly { readonly seq: number; readonly cpuCores: number }[] = await read({
      ...{ id, maxPoints: 10 },
    });
    assert(points.length > 5 && points.length <= 10, `${points.length} points`);
    let from = 1;
    for (const { seq, cpuCores, ...others } of points) {
      const to = seq - 4 + 1;
      const mean = (from + to) / 2;
      assert(Math.abs(cpuCores - mean) < 1e-6, `measurements ${from} to ${to}: ${cpuCores}`);
      assertEquals(others, {
        ...{ memoryBytes: Math.round(1000 * mean), samplesPerSecond: 10 * mean },
        gpu: { utilization: 0.5, memoryBytes: 50 },
      });
      from = to + 1;
    }
    assertEquals(from, 2501);
  });

  it("are the last ones as they are, on request", async () => {
    const id = await startWith([1, 2, 3, 4].map((at) => system(at)));
    const last = await read({ id, last: 2 });
    assertEquals(last.map(({ cpuCores }: { cpuCores: number }) => cpuCores), [3, 4]);
  });
});

describe("Run.logs", () => {
  const LOGS = `query ($id: ID!, $level: LogLevel, $last: Int, $beforeSeq: Int) { run(id: $id) {
    logs(level: $level, last: $last, beforeSeq: $beforeSeq) { seq level message }
  } }`;
  const lines = [
    ...[logLine("one"), logLine("two", "warning")],
    batches(1, 1),
    ...[logLine("three", "error"), logLine("four")],
  ];
  const messages = async (variables: Variables): Promise<string[]> =>
    (await api.ask(LOGS, variables)).run.logs.map(({ message }: { message: string }) => message);

  it("are all lines in order", async () => {
    assertEquals(await messages({ id: await startWith(lines) }), ["one", "two", "three", "four"]);
  });

  it("are those of a level and above", async () => {
    const id = await startWith(lines);
    assertEquals(await messages({ id, level: "WARNING" }), ["two", "three"]);
    assertEquals(await messages({ id, level: "ERROR" }), ["three"]);
  });

  it("are the last lines, and those before them", async () => {
    const id = await startWith(lines);
    const { run: { logs: [first, second] } } = await api.ask(LOGS, { id, last: 2 });
    assertEquals([first.message, second.message], ["three", "four"]);
    assertEquals(await messages({ id, last: 2, beforeSeq: first.seq }), ["one", "two"]);
    assertEquals(await messages({ id, last: 2, beforeSeq: 1 }), []);
  });

  it("include an error before any number of lines below the level", async () => {
    const many = Array.from({ length: 1500 }, (_, at) => logLine(`line ${at}`));
    const id = await startWith([logLine("there", "error"), ...many]);
    assertEquals(await messages({ id, level: "WARNING" }), ["there"]);
  });
});
