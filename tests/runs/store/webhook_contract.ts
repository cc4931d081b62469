/** The contract of stores for webhooks, which the test file of each database runs. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { ANNOUNCED_TYPES } from "../../../runs/log/announced.ts";
import { TooManyWebhooksError } from "../../../runs/store/errors.ts";
import type { NewWebhook, Webhook, WebhookClaim } from "../../../runs/store/webhook_store.ts";
import { present } from "../../support/present.ts";
import { logLine, startRun, type WrittenRun } from "../../support/written_run.ts";
import { type TestDatabase, useDatabase } from "./database_per_test.ts";

const NEW: NewWebhook = {
  ...{ url: "https://example.com/hook", runId: null, events: ANNOUNCED_TYPES, createdBy: "ci" },
  ...{ secret: "whsec_one", afterSeq: 0, max: 10 },
};
const LEASE_MS = 60_000;
const CLAIM = { leaseMs: LEASE_MS, limit: 100 };
/** A lease that has run out when the next statement looks. */
const NO_LEASE_MS = -1;

export function testWebhooks(name: string, makeDatabase: () => Promise<TestDatabase>): void {
  describe(`the ${name} store, of webhooks`, () => {
    const { store, another, reopen } = useDatabase(makeDatabase);

    const create = async (change: Partial<NewWebhook> = {}): Promise<Webhook> =>
      present(await store.webhooks.create({ ...NEW, ...change }));
    const claim = async (): Promise<WebhookClaim> => {
      const claims = await store.webhooks.claim(CLAIM);
      assertEquals(claims.length, 1);
      return present(claims[0]);
    };
    const find = async ({ id }: Pick<Webhook, "id">) => present(await store.webhooks.find(id));
    /** Delivers all that is due, as 'run type'; of an epoch, with its number. */
    const deliverAll = async (): Promise<readonly string[]> => {
      const delivered: string[] = [];
      for (const claim of await store.webhooks.claim(CLAIM)) {
        for (;;) {
          const due = await store.webhooks.next(claim, LEASE_MS);
          if (!due) break;
          const { event, run, cursor } = due;
          const number = event.type === "epoch" ? ` ${event.number}` : "";
          delivered.push(`${run.name} ${event.type}${number}`);
          await store.webhooks.settle(claim, { kind: "delivered", cursor });
        }
      }
      return delivered;
    };
    const trainTwoEpochs = async (run: WrittenRun) => {
      await run.trainEpoch();
      await run.trainEpoch();
      await run.complete();
    };
    const fail = (claim: WebhookClaim, change: { pauseMs?: number; giveUpMs?: number } = {}) =>
      store.webhooks.settle(claim, {
        ...{ kind: "failed", error: "No.", pauseMs: 0, giveUpMs: 1e9, ...change },
      });

    it("are created, listed and found with their secret, which no list holds", async () => {
      const { id, createdAt, ...rest } = await create({ events: ["completed", "failed"] });
      assertMatch(id, /^wh_[0-9a-f]{32}$/);
      assert(Date.parse(createdAt) > 0);
      assertEquals(rest, {
        ...{ url: NEW.url, runId: null, events: ["completed", "failed"], createdBy: "ci" },
        ...{ disabled: null, delivered: 0, lastDeliveredAt: null, lastAttemptAt: null },
        ...{ attempts: 0, failingSince: null, nextAttemptAt: null, lastError: null },
      });
      assertEquals(await store.webhooks.list(), [{ id, createdAt, ...rest }]);
      assertEquals((await find({ id })).secrets, ["whsec_one"]);
      assertEquals(await store.webhooks.find("nothing"), undefined);
    });

    it("are as many as may be, also if many are created at once", async () => {
      const other = await another();
      const attempts = await Promise.allSettled([
        ...[1, 2, 3].map(() => create({ max: 3 })),
        ...[1, 2].map(() => other.webhooks.create({ ...NEW, max: 3 })),
      ]);
      assertEquals(attempts.filter(({ status }) => status === "fulfilled").length, 3);
      const error = await assertRejects(() => create({ max: 3 }), TooManyWebhooksError);
      assertMatch(String(error), /there must be at most 3, got 3 already/);
    });

    it("get the events of all runs from now on, in the order in which they were written", async () => {
      const a = await startRun(store, "a");
      const webhook = await create();
      const b = await startRun(store, "b");
      await a.trainEpoch();
      await b.trainEpoch();
      await a.complete();
      assertEquals(await store.webhooks.pending(webhook.id), 4);
      assertEquals(await deliverAll(), ["b started", "a epoch 1", "b epoch 1", "a completed"]);
      assertEquals(await store.webhooks.pending(webhook.id), 0);
      assertEquals(await deliverAll(), []);
      const { delivered, lastDeliveredAt } = (await find(webhook)).webhook;
      assertEquals(delivered, 4);
      assert(lastDeliveredAt !== null);
    });

    it("for one run get its events from its first, or from a seq", async () => {
      const run = await startRun(store, "a");
      await run.trainEpoch();
      const webhook = await create({ runId: run.key });
      assertEquals(webhook.runId, run.key);
      const { snapshot: { lastSeq } } = present(await store.get(run.key));
      await create({ runId: run.key, afterSeq: lastSeq });
      await startRun(store, "b");
      await run.complete();
      assertEquals(await store.webhooks.pending(webhook.id), 3);
      assertEquals(await deliverAll(), ["a started", "a epoch 1", "a completed", "a completed"]);
    });

    it("for a run that does not exist cannot be created", async () => {
      assertEquals(await store.webhooks.create({ ...NEW, runId: "a\0b" }), undefined);
    });

    it("get only the events that they are for, also new ones of a change", async () => {
      const webhook = await create({ events: ["completed"] });
      await trainTwoEpochs(await startRun(store, "a"));
      assertEquals(await deliverAll(), ["a completed"]);
      await store.webhooks.update(webhook.id, { events: ["epoch"] });
      await trainTwoEpochs(await startRun(store, "b"));
      assertEquals(await deliverAll(), ["b epoch 1", "b epoch 2"]);
    });

    it("skip many events that are not for them without reading them again", async () => {
      const webhook = await create({ events: ["failed"] });
      for (let round = 0; round < 30; round++) {
        await trainTwoEpochs(await startRun(store, `run ${round}`));
      }
      assertEquals(await store.webhooks.claim(CLAIM), []);
      const run = await startRun(store, "a");
      await run.append({ type: "failed", error: "No." });
      assertEquals(await store.webhooks.pending(webhook.id), 1);
      assertEquals(await deliverAll(), ["a failed"]);
    });

    it("are claimed by one server at a time, until its lease expires", async () => {
      await create();
      await startRun(store);
      const first = await claim();
      assertEquals(await store.webhooks.claim(CLAIM), []);
      assert(await store.webhooks.next(first, NO_LEASE_MS));
      const second = await claim();
      assertEquals(await store.webhooks.next(first, LEASE_MS), undefined);
      const delivered = { kind: "delivered", cursor: 99 } as const;
      assertEquals(await store.webhooks.settle(first, delivered), undefined);
      const due = present(await store.webhooks.next(second, LEASE_MS));
      assertEquals(due.event.type, "started");
      await store.webhooks.release(second);
      await claim();
    });

    it("are claimed once by servers that look at the same time, and at most as many as asked for", async () => {
      const other = await another();
      for (let count = 0; count < 6; count++) await create();
      await startRun(store);
      const limited = await store.webhooks.claim({ ...CLAIM, limit: 2 });
      assertEquals(limited.length, 2);
      const claims = await Promise.all([store, other].map((one) => one.webhooks.claim(CLAIM)));
      assertEquals(new Set([...limited, ...claims.flat()].map(({ id }) => id)).size, 6);
      assertEquals(claims.flat().length, 4);
    });

    it("wait after a failure and then begin with the event that failed", async () => {
      const webhook = await create();
      await startRun(store);
      const failed = present(await fail(await claim(), { pauseMs: 60_000 }));
      assertEquals([failed.attempts, failed.lastError], [1, "No."]);
      assert(failed.failingSince !== null && failed.nextAttemptAt !== null);
      assert(Date.parse(failed.nextAttemptAt) - Date.parse(failed.failingSince) >= 60_000);
      assertEquals(await store.webhooks.claim(CLAIM), []);
      assert((present(await store.webhooks.outlook()).dueInMs ?? 0) > 50_000);
      assertEquals(await store.webhooks.count(), { active: 0, failing: 1, disabled: 0 });
      // A change of the address is tried at once.
      await store.webhooks.update(webhook.id, { url: "https://example.com/other" });
      const again = await claim();
      const due = present(await store.webhooks.next(again, LEASE_MS));
      assertEquals([due.event.type, due.webhook.attempts], ["started", 0]);
      assertEquals(due.webhook.url, "https://example.com/other");
      const settled = await store.webhooks.settle(again, { kind: "delivered", cursor: due.cursor });
      assertEquals(present(settled).lastError, null);
    });

    it("count failures, and are disabled when these have lasted", async () => {
      const webhook = await create();
      await startRun(store);
      assertEquals(present(await fail(await claim())).disabled, null);
      const second = present(await fail(await claim(), { giveUpMs: -1 }));
      assertEquals([second.attempts, second.disabled, second.nextAttemptAt], [2, "failing", null]);
      assertEquals(await store.webhooks.claim(CLAIM), []);
      assertEquals(await store.webhooks.outlook(), undefined);
      assertEquals(await store.webhooks.count(), { active: 0, failing: 0, disabled: 1 });
      const enabled = present(await store.webhooks.update(webhook.id, { isEnabled: true }));
      assertEquals([enabled.attempts, enabled.disabled, enabled.failingSince], [0, null, null]);
      assertEquals(await deliverAll(), ["a run started"]);
    });

    it("are disabled by a receiver that is gone, and by a client, whatever is being delivered", async () => {
      const webhook = await create();
      const run = await startRun(store);
      await run.trainEpoch();
      const first = await claim();
      const due = present(await store.webhooks.next(first, LEASE_MS));
      await store.webhooks.update(webhook.id, { isEnabled: false });
      const settled = await store.webhooks.settle(first, { kind: "delivered", cursor: due.cursor });
      assertEquals(present(settled).disabled, "client");
      assertEquals(await store.webhooks.next(first, LEASE_MS), undefined);
      await store.webhooks.update(webhook.id, { isEnabled: true });
      const gone = await store.webhooks.settle(await claim(), { kind: "gone", error: "Gone." });
      assertEquals([gone?.disabled, gone?.lastError], ["gone", "Gone."]);
      assertEquals(await store.webhooks.claim(CLAIM), []);
    });

    it("sign with the old secret beside a new one for a while", async () => {
      const webhook = await create();
      assert(await store.webhooks.rotate(webhook.id, "whsec_two", 60_000));
      assertEquals((await find(webhook)).secrets, ["whsec_two", "whsec_one"]);
      assert(await store.webhooks.rotate(webhook.id, "whsec_three", -1));
      assertEquals((await find(webhook)).secrets, ["whsec_three"]);
      assertEquals(await store.webhooks.rotate("nothing", "whsec_x", 1), undefined);
    });

    it("are deleted with their run, and what another one has to deliver of it with it", async () => {
      const run = await startRun(store, "a");
      const own = await create({ runId: run.key });
      const all = await create();
      await run.complete();
      await fail(present((await store.webhooks.claim(CLAIM)).find(({ id }) => id === all.id)));
      assertEquals(await store.delete(run.key), true);
      assertEquals((await store.webhooks.list()).map(({ id }) => id), [all.id]);
      assertEquals(await store.webhooks.find(own.id), undefined);
      assertEquals(await store.webhooks.pending(all.id), 0);
      // It no longer fails: there is nothing that could.
      assertEquals(await store.webhooks.claim(CLAIM), []);
      assertEquals((await find(all)).webhook.attempts, 0);
      await startRun(store, "b");
      assertEquals(await deliverAll(), ["b started"]);
    });

    it("are deleted by clients, also while they are being delivered", async () => {
      const webhook = await create();
      await startRun(store);
      const claimed = await claim();
      assertEquals(await store.webhooks.delete(webhook.id), true);
      assertEquals(await store.webhooks.delete(webhook.id), false);
      assertEquals(await store.webhooks.next(claimed, LEASE_MS), undefined);
      const delivered = { kind: "delivered", cursor: 1 } as const;
      assertEquals(await store.webhooks.settle(claimed, delivered), undefined);
      assertEquals(await store.webhooks.update(webhook.id, { isEnabled: true }), undefined);
    });

    it("change what a server waits for when an event or a change comes, and only then", async () => {
      assertEquals(await store.webhooks.outlook(), undefined);
      const webhook = await create({ events: ["completed"] });
      const marks = [present(await store.webhooks.outlook()).mark];
      const look = async () => marks.push(present(await store.webhooks.outlook()).mark);
      await look();
      const run = await startRun(store);
      await look();
      await run.append(logLine("A line."));
      await look();
      await store.webhooks.update(webhook.id, { events: ["epoch"] });
      await look();
      const changes = marks.map((mark, index) => index > 0 && mark !== marks[index - 1]);
      assertEquals(changes, [false, false, true, false, true]);
    });

    it("survive: another process goes on where the last one has stopped", async () => {
      await create();
      const run = await startRun(store, "a");
      await run.trainEpoch();
      const claimed = await claim();
      const due = present(await store.webhooks.next(claimed, LEASE_MS));
      await store.webhooks.settle(claimed, { kind: "delivered", cursor: due.cursor });
      await store.webhooks.release(claimed);
      await reopen();
      assertEquals(await deliverAll(), ["a epoch 1"]);
    });
  });
}
