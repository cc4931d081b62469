/**
 * Measures a training through the whole stack: server and worker as `deno task start` starts them, a run started
 * by mutation, and a watcher of `batches` by SSE in this process, whose clock is used. Then repeats a small query
 * while the run continues.
 */
import { createClient } from "graphql-sse";
import type { EngineName } from "../ml/spec/spec.ts";
import type { RunEvent } from "../runs/log/event.ts";
import { evaluationsIn } from "./training/evaluations.ts";
import { findProcess, peakRss } from "./processes.ts";
import type { Effort, Sample } from "./training/sample.ts";
import { type MeasuredServer, startServer } from "./server.ts";
import { type BenchNetwork, benchSpec, namedNetwork } from "./training/spec.ts";
import { StepClock } from "./training/step_clock.ts";

/** Number of queries, and the pause between two in milliseconds. */
const QUERIES = 300;
const PAUSE_MS = 10;

const SMALL_QUERY = "{ runs(first: 5) { nodes { id name state progress { epoch step } } } }";

/** A training that is measured. */
export interface StackTraining {
  readonly network: BenchNetwork;
  readonly engine: EngineName;
  /** A folder with the datasets in it; runs are kept there too. */
  readonly home: string;
}

/** Measures a training, the small query, and the memory of all processes. */
export async function measureStack(training: StackTraining, effort: Effort): Promise<Sample> {
  const server = await startServer(training.home);
  try {
    return await measureRun(training, effort, server);
  } finally {
    await server.stop();
  }
}

async function measureRun(
  { network, engine, home }: StackTraining,
  effort: Effort,
  server: MeasuredServer,
): Promise<Sample> {
  const spec = benchSpec(network);
  const { epochs, seed, trainSamples } = spec;
  const { startTraining } = await ask<{ startTraining: { run: { id: string } } }>(
    server.origin,
    "mutation Start($input: StartTrainingInput) { startTraining(input: $input) { run { id } } }",
    { input: { ...namedNetwork(network), engine, epochs, seed, trainSamples } },
  );
  const { id } = startTraining.run;
  const windows = await watch(server.origin, id, effort);
  const queryMilliseconds = await askAgainAndAgain(server.origin);
  const [rssMegabytes, workerRssMegabytes, apiRssMegabytes] = await Promise.all([
    findProcess("cli/trainer.ts", home).then(peakRss),
    findProcess("cli/worker.ts", home).then(peakRss),
    peakRss(server.pid),
  ]);
  await ask(
    server.origin,
    "mutation Cancel($id: ID!) { cancelTraining(runId: $id) { run { id } } }",
    {
      id,
    },
  );
  const log = await fetch(`${server.origin}/runs/${encodeURIComponent(id)}/log.ndjson`);
  const events = (await log.text()).trimEnd().split("\n")
    .map((line) => JSON.parse(line) as RunEvent);
  return {
    windows,
    evaluations: evaluationsIn(events, spec),
    rssMegabytes,
    workerRssMegabytes,
    apiRssMegabytes,
    queryMilliseconds,
  };
}

/**
 * Watches a run's steps until enough was measured and an epoch was evaluated.
 * @returns milliseconds a step of each window
 */
async function watch(origin: string, id: string, effort: Effort): Promise<readonly number[]> {
  const client = createClient({ url: `${origin}/graphql` });
  const steps = client.iterate<{ batches: { epoch: number; step: number } }>({
    query: "subscription Watch($id: ID!) { batches(runId: $id) { epoch step loss acc } }",
    variables: { id },
  });
  const clock = new StepClock(effort);
  for await (const { data, errors } of steps) {
    if (!data) throw new Error(`Cannot watch: ${JSON.stringify(errors)}`);
    const time = performance.now();
    const { epoch, step } = data.batches;
    clock.note({ time, epoch, step });
    if (epoch > 1 && clock.isEnough) break;
  }
  client.dispose();
  return clock.windows;
}

async function askAgainAndAgain(origin: string): Promise<readonly number[]> {
  const taken: number[] = [];
  while (taken.length < QUERIES) {
    const began = performance.now();
    await ask(origin, SMALL_QUERY);
    taken.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return taken;
}

async function ask<Data>(
  origin: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  const response = await fetch(`${origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`Cannot ask the API: ${JSON.stringify(errors)}`);
  return data as Data;
}
