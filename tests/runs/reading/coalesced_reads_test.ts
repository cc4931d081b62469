/**
 * Reads that watchers share: one for all who want the same, and nothing older than what each has seen.
 */
import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { coalesceReads } from "../../../runs/reading/coalesced_reads.ts";
import { EMPTY_SNAPSHOT } from "../../../runs/log/snapshot.ts";
import type { Run } from "../../../runs/log/run.ts";
import type { RunEvent } from "../../../runs/log/event.ts";
import type { RunStore } from "../../../runs/store/store.ts";
import { aSpec } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";

/** A store whose answers the test gives, one for each read that reaches it. */
function heldStore() {
  const held: PromiseWithResolvers<never>[] = [];
  const hold = () => {
    const answer = Promise.withResolvers<never>();
    held.push(answer);
    return answer.promise;
  };
  let mark = 0;
  const refuse = () => {
    throw new Error("Nobody asked for it.");
  };
  const store = {
    ...{ get: hold, read: hold, current: hold, changes: hold, mark: () => mark },
    ...{
      create: refuse,
      list: refuse,
      tags: refuse,
      delete: refuse,
      request: refuse,
      describe: refuse,
      nameCheckpoint: refuse,
      lastChange: refuse,
      held: refuse,
      countAhead: refuse,
      countByDataset: refuse,
      checkWritable: refuse,
    },
    ...{
      claim: refuse,
      renew: refuse,
      append: refuse,
      registerWorker: refuse,
      deregisterWorker: refuse,
    },
    ...{ workers: refuse, overview: refuse, wait: refuse, close: refuse },
    webhooks: {} as RunStore["webhooks"],
  } satisfies RunStore;
  return { store, held, write: () => mark++ };
}

function aRun(lastSeq: number): Run {
  return {
    id: "r",
    name: "r",
    originalName: "r",
    startedBy: null,
    spec: aSpec(),
    createdAt: "2026-01-01T00:00:00Z",
    snapshot: { ...EMPTY_SNAPSHOT, lastSeq },
  };
}

function anEvent(seq: number): RunEvent {
  return { type: "log", level: "info", message: "m", seq, runId: "r", at: "2026-01-01T00:00:00Z" };
}

const PAGE = { afterSeq: 0, limit: 10 };

describe("coalesceReads()", () => {
  it("reads once for all who ask for the same at the same time", async () => {
    const { store, held } = heldStore();
    const reads = coalesceReads(store);
    assertStrictEquals(coalesceReads(store), reads);
    const asked = [reads.get("r"), reads.get("r"), coalesceReads(store).get("r")];
    const another = reads.get("s");
    assertEquals(held.length, 2);
    held[0]?.resolve(aRun(1) as never);
    held[1]?.resolve(undefined as never);
    assertEquals(await Promise.all(asked), [aRun(1), aRun(1), aRun(1)]);
    assertEquals(await another, undefined);
    reads.get("r");
    assertEquals(held.length, 3); // What was read is not kept.
  });

  it("reads again when something was written since the read began", () => {
    const { store, held, write } = heldStore();
    const reads = coalesceReads(store);
    const before = reads.get("r");
    write();
    assertNotStrictEquals(reads.get("r"), before);
    assertEquals(held.length, 2);
  });

  it("gives nobody a read that began before the run was read as he knows it", () => {
    // Its commit is known, the wake-up is still on its way: the mark is the same.
    const { store, held } = heldStore();
    const reads = coalesceReads(store);
    reads.read(aRun(9), PAGE);
    reads.read(aRun(9), PAGE);
    assertEquals(held.length, 1);
    reads.read(aRun(10), PAGE);
    reads.read(aRun(9), { ...PAGE, afterSeq: 3 });
    assertEquals(held.length, 3);
  });

  it("keeps a page for those who come a little later, until the log has more for it", async () => {
    const { store, held } = heldStore();
    const reads = coalesceReads(store);
    const first = reads.read(aRun(2), PAGE);
    present(held[0]).resolve([anEvent(1), anEvent(2)] as never);
    assertStrictEquals(await reads.read(aRun(2), PAGE), await first);
    assertEquals(held.length, 1);
    const longer = reads.read(aRun(3), PAGE);
    present(held[1]).resolve([anEvent(1), anEvent(2), anEvent(3)] as never);
    assertEquals((await longer).length, 3);
  });

  it("keeps a full page whatever is appended", async () => {
    const { store, held } = heldStore();
    const reads = coalesceReads(store);
    const reading = reads.read(aRun(2), { ...PAGE, limit: 2 });
    present(held[0]).resolve([anEvent(1), anEvent(2)] as never);
    const first = await reading;
    assertStrictEquals(await reads.read(aRun(9), { ...PAGE, limit: 2 }), first);
    assertEquals(held.length, 1);
  });

  it("tells all of a failure, and tries again for the next", async () => {
    const { store, held } = heldStore();
    const reads = coalesceReads(store);
    const asked = [reads.changes({ after: 0, limit: 5 }), reads.changes({ after: 0, limit: 5 })];
    present(held[0]).reject(new Error("It is away."));
    for (const read of asked) await assertFails(read, /away/);
    const again = reads.changes({ after: 0, limit: 5 });
    present(held[1]).resolve([] as never);
    assertEquals(await again, []);
  });
});
