/** A check that the log of a fake run is whole, whatever happened to the processes that trained it. */
import { assertEquals } from "@std/assert";
import { stepsPerEpoch } from "../../ml/spec/spec.ts";
import { EMPTY_SNAPSHOT, epochsOf, type RunSnapshot } from "../../runs/log/snapshot.ts";
import { fold } from "../../runs/log/fold.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { lossAt, readAll } from "./fake_run.ts";
import { untilFinished } from "./until.ts";

/**
 * Waits until a fake run has ended, and checks that it is completed and its log holds each step once.
 *
 * @param unknown parts of a snapshot that the version that began the run did not have
 */
export async function checkWhole(
  store: RunStore,
  id: string,
  unknown: Partial<RunSnapshot> = {},
): Promise<void> {
  const run = await untilFinished(store, id);
  assertEquals(run.snapshot.state, "COMPLETED", run.snapshot.error ?? "");
  const events = await readAll(store, id);
  assertEquals(events.map(({ seq }) => seq), events.map((_, index) => index + 1));
  const folded = events.reduce(fold, EMPTY_SNAPSHOT);
  assertEquals({ ...folded, ...unknown }, { ...run.snapshot, ...unknown });
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
