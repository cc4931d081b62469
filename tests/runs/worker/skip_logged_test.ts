/**
 * Leaving out what the log holds already, wherever the log ended and however the training cuts its chunks.
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { skipLogged } from "../../../runs/worker/resume.ts";
import type { RunEventBody } from "../../../runs/log/event.ts";
import { createEventBuffer } from "../../../runs/worker/event_buffer.ts";
import { forAll, forAllAsync } from "../../support/for_all.ts";
import { aSpec, aTraining } from "../../support/fake_run.ts";

const SPEC = aSpec({ trainSamples: 7 * 32 });

/** Flattens events to steps, whatever their chunks. */
function tellings(events: readonly RunEventBody[]): unknown[] {
  return events.flatMap((event): unknown[] => {
    if (event.type === "epoch") return [["epoch", event.number]];
    if (event.type !== "batches") return [];
    const { epoch, firstStep, losses, accs } = event;
    return losses.map((loss, index) => [epoch, firstStep + index, loss, accs[index]]);
  });
}

describe("skipLogged()", () => {
  it("gives what follows the log's end, whatever the chunks", () => {
    forAll(
      [fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.nat(100)],
      (before, after, cut) => {
        const logged = [...aTraining(SPEC, before)].slice(0, cut);
        const steps =
          logged.flatMap((event) => event.type === "batches" ? event.losses : []).length;
        const lastEpoch = logged.findLast((event) => event.type === "epoch") ?? null;
        const isNew = skipLogged({ step: steps, lastEpoch });
        const rest = [...aTraining(SPEC, after)].map(isNew).filter((event) => event !== undefined);
        assertEquals(tellings([...logged, ...rest]), tellings([...aTraining(SPEC)]));
      },
    );
  });
});

describe("an event buffer", () => {
  it("gives everything once and in order, whenever it is emptied", async () => {
    await forAllAsync(
      [fc.integer({ min: 1, max: 9 }), fc.array(fc.nat(5))],
      async (chunk, pauses) => {
        const buffer = createEventBuffer(1_000);
        const taken: RunEventBody[] = [];
        const events = [...aTraining(SPEC, chunk)];
        for (const [index, event] of events.entries()) {
          await buffer.add(event);
          if ((pauses[index] ?? 1) === 0) taken.push(...buffer.take());
        }
        buffer.close();
        while (await buffer.ready()) taken.push(...buffer.take());
        assertEquals(tellings(taken), tellings(events));
        assertEquals(taken[0], events[0]);
      },
    );
  });

  it("puts steps of one epoch together, with the speed over all of them", async () => {
    const buffer = createEventBuffer(1_000);
    const batches = { type: "batches", epoch: 1, accs: [0, 0] } as const;
    await buffer.add({ ...batches, firstStep: 1, losses: [1, 2], samplesPerSecond: 100 });
    await buffer.add({ ...batches, firstStep: 3, losses: [3, 4], samplesPerSecond: 300 });
    await buffer.add({ ...batches, epoch: 2, firstStep: 5, losses: [5, 6], samplesPerSecond: 100 });
    assertEquals(buffer.take(), [
      { ...batches, firstStep: 1, losses: [1, 2, 3, 4], accs: [0, 0, 0, 0], samplesPerSecond: 150 },
      { ...batches, epoch: 2, firstStep: 5, losses: [5, 6], samplesPerSecond: 100 },
    ]);
  });

  it("makes who fills it wait until there is room", async () => {
    const buffer = createEventBuffer(4);
    const order: string[] = [];
    const filling = (async () => {
      for (const event of aTraining(SPEC, 2)) {
        await buffer.add(event);
        order.push("added");
      }
      buffer.close();
    })();
    while (await buffer.ready()) {
      await Promise.resolve();
      order.push(`taken`);
      buffer.take();
    }
    await filling;
    // Never more than started and two chunks, or one chunk and an epoch, without an emptying.
    assertEquals(/(added,){4}/.test(order.join()), false);
    assertEquals(order.filter((what) => what === "added").length, [...aTraining(SPEC, 2)].length);
  });
});
