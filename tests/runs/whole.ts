/**
 * Whether a run was trained to its end as if nothing had happened to those that trained it.
 */
import { assertEquals } from "@std/assert";
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import { EMPTY_SNAPSHOT, epochsOf } from "../../runs/log/snapshot.ts";
import { fold } from "../../runs/log/fold.ts";
import type { Run } from "../../runs/log/run.ts";
import { isFinished } from "../../runs/log/state.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { lossAt, readAll, until } from "./helpers.ts";

/** Waits for a run's end. */
export function untilOver(store: RunStore, id: string): Promise<Run> {
  return until(store, async () => {
    const run = await store.get(id);
    return run && isFinished(run.snapshot.state) && run;
  });
}

/** Waits for the end of a run of the made-up training, and checks that its log holds each step once. */
export async function checkWhole(store: RunStore, id: string): Promise<void> {
  const run = await untilOver(store, id);
  assertEquals(run.snapshot.state, "COMPLETED", run.snapshot.error ?? "");
  const events = await readAll(store, id);
  assertEquals(events.map(({ seq }) => seq), events.map((_, index) => index + 1));
  assertEquals(events.reduce(fold, EMPTY_SNAPSHOT), run.snapshot);
  const batches = events.filter((event) => event.type === "batches");
  const steps = batches.flatMap(({ firstStep, losses }) =>
    losses.map((_, index) => firstStep + index)
  );
  const count = epochsOf(run) * stepsPerEpoch(run.spec);
  assertEquals(steps, Array.from({ length: count }, (_, index) => index + 1));
  assertEquals(
    batches.flatMap(({ losses }) => losses).map(Math.fround),
    steps.map((step) => lossAt(run.spec.seed, step)),
  );
  assertEquals(
    events.filter((event) => event.type === "epoch").map(({ number }) => number),
    Array.from({ length: epochsOf(run) }, (_, index) => index + 1),
  );
}
