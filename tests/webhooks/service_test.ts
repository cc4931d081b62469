/** Delivery: order, repetition, several servers, slow and failing receivers. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { Webhook as Verifier } from "standardwebhooks";
import { ANNOUNCED_TYPES } from "../../runs/log/announced.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { copyDatabase } from "../../runs/store/sqlite/copy.ts";
import { openSqliteStore } from "../../runs/store/sqlite/store.ts";
import type { Webhook } from "../../runs/store/webhook_store.ts";
import { createSecret } from "../../webhooks/secret.ts";
import { WebhookUrlError } from "../../webhooks/address/parse_url.ts";
import { assertFails } from "../support/errors.ts";
import { present } from "../support/present.ts";
import { folderPerTest } from "../support/temporary_folder.ts";
import { until } from "../support/until.ts";
import { startRun } from "../support/written_run.ts";
import { localSender, serveLocally } from "./local_sender.ts";
import { startReceiver } from "./receiver.ts";

describe("the webhooks of a server", () => {
  const folder = folderPerTest();
  let store: RunStore;
  const secret = createSecret();

  beforeEach(async () => {
    store = await openSqliteStore(folder.join("runs.db"));
  });
  afterEach(() => store.close());

  const create = async (url: string): Promise<Webhook> =>
    present(
      await store.webhooks.create({
        ...{ url, runId: null, events: ANNOUNCED_TYPES, createdBy: "ci", secret, afterSeq: 0 },
        max: 100,
      }),
    );
  const find = async ({ id }: Pick<Webhook, "id">) =>
    present(await store.webhooks.find(id)).webhook;

  it("deliver the events of a run in order, signed", async () => {
    await using receiver = startReceiver();
    const webhook = await create(receiver.url);
    await using _webhooks = serveLocally({ store });
    const run = await startRun(store, "a");
    await run.trainEpoch();
    await run.trainEpoch();
    await run.complete();
    await until("all is delivered", () => receiver.received.length === 4);
    assertEquals(receiver.types(), [
      ...["run.started", "run.epoch 1", "run.epoch 2", "run.completed"],
    ]);
    for (const { body, headers, data } of receiver.received) {
      assertEquals(new Verifier(secret).verify(body, headers), JSON.parse(body));
      assertEquals(data.run, { id: run.id, name: "a" });
    }
    await until("the last one is settled", async () => (await find(webhook)).delivered === 4);
  });

  it("deliver what happened while no server ran", async () => {
    await using receiver = startReceiver();
    await create(receiver.url);
    const run = await startRun(store);
    await run.complete();
    await using _webhooks = serveLocally({ store });
    await until("all is delivered", () => receiver.received.length === 2);
  });

  it("try again what fails, with the same id, and let nothing overtake it", async () => {
    let failures = 0;
    await using receiver = startReceiver({
      answer: ({ type }) =>
        new Response(null, { status: type === "run.epoch" && ++failures <= 3 ? 500 : 204 }),
    });
    const webhook = await create(receiver.url);
    await using webhooks = serveLocally({ store });
    const run = await startRun(store);
    await run.trainEpoch();
    await run.complete();
    await until("all is delivered", () => receiver.types().includes("run.completed"));
    assertEquals(receiver.types(), [
      ...["run.started", "run.epoch 1", "run.epoch 1", "run.epoch 1", "run.epoch 1"],
      "run.completed",
    ]);
    assertEquals(new Set(receiver.received.slice(1, 5).map(({ id }) => id)).size, 1);
    await until("it has recovered", async () => (await find(webhook)).delivered === 3);
    // One change each, however many attempts there were.
    assertEquals(webhooks.changes.map(({ kind }) => kind), ["failing", "recovered"]);
    assertEquals(webhooks.changes[0]?.webhook.lastError, "The receiver answered 500.");
    assertEquals(webhooks.attempts(), { delivered: 3, failed: 3 });
  });

  it("wait as long as a receiver asks for", async () => {
    const asked: (number | null)[] = [];
    const headers = { "retry-after": "9" };
    await using receiver = startReceiver({
      answer: () => new Response(null, { status: asked.length === 0 ? 429 : 204, headers }),
    });
    await create(receiver.url);
    await using _webhooks = serveLocally({
      store,
      pauseAfter: (failures, retryAfterMs) => {
        asked.push(failures, retryAfterMs);
        return 1;
      },
    });
    await startRun(store);
    await until("it is delivered", () => receiver.received.length === 2);
    assertEquals(asked, [1, 9_000]);
  });

  it("are delivered however slow the receiver of another one is", async () => {
    const held = Promise.withResolvers<Response>();
    await using slow = startReceiver({ answer: () => held.promise });
    await using quick = startReceiver();
    await create(slow.url);
    await create(quick.url);
    await using _webhooks = serveLocally({ store });
    const run = await startRun(store);
    await run.trainEpoch();
    await run.complete();
    await until("the quick one has all", () => quick.received.length === 3);
    assertEquals(slow.received.length, 1);
    held.resolve(new Response());
    await until("the slow one has all", () => slow.received.length === 3);
  });

  it("end with 410 Gone, and with days of failures", async () => {
    let status = 410;
    await using receiver = startReceiver({ answer: () => new Response(null, { status }) });
    const webhook = await create(receiver.url);
    await using webhooks = serveLocally({ store, giveUpMs: 0 });
    const run = await startRun(store);
    await until("it is disabled", async () => (await find(webhook)).disabled === "gone");
    await run.trainEpoch();
    assertMatch((await find(webhook)).lastError ?? "", /410 Gone/);

    status = 302;
    await store.webhooks.update(webhook.id, { isEnabled: true });
    webhooks.wake();
    await until("it is disabled", async () => (await find(webhook)).disabled === "failing");
    const redirection = "The receiver answered 302, a redirection, which is not followed.";
    assertEquals((await find(webhook)).lastError, redirection);
    assertEquals(webhooks.changes.map(({ kind }) => kind), ["disabled", "disabled"]);

    // Enabled again, it goes on with the event at which it stopped.
    status = 200;
    await store.webhooks.update(webhook.id, { isEnabled: true });
    webhooks.wake();
    await until("all is delivered", async () => (await find(webhook)).delivered === 2);
    assertEquals(receiver.types(), [
      ...["run.started", "run.started", "run.started", "run.epoch 1"],
    ]);
  });

  it("are delivered by one of several servers", async () => {
    await using receiver = startReceiver();
    const others = await Promise.all([1, 2].map(() => openSqliteStore(folder.join("runs.db"))));
    for (let count = 0; count < 4; count++) await create(receiver.url);
    const servers = [store, ...others].map((store) => serveLocally({ store }));
    try {
      const run = await startRun(store);
      for (let epoch = 0; epoch < 5; epoch++) await run.trainEpoch();
      await run.complete();
      await until("all is delivered", () => receiver.received.length >= 4 * 7);
      for (const server of servers) await server.close();
      assertEquals(receiver.received.length, 4 * 7);
      assertEquals(new Set(receiver.received.map(({ id }) => id)).size, 4 * 7);
    } finally {
      for (const server of servers) await server.close();
      for (const other of others) await other.close();
    }
  });

  it("finish the attempt in progress when the server stops, and go on after it", async () => {
    const held = Promise.withResolvers<Response>();
    await using receiver = startReceiver({ answer: () => held.promise });
    const webhook = await create(receiver.url);
    const first = serveLocally({ store });
    const run = await startRun(store);
    await run.complete();
    await until("it is being delivered", () => receiver.received.length === 1);
    const closed = first.close();
    held.resolve(new Response());
    await closed;
    assertEquals((await find(webhook)).delivered, 1);
    await using _second = serveLocally({ store });
    await until("all is delivered", () => receiver.received.length === 2);
    assertEquals(receiver.types(), ["run.started", "run.completed"]);
  });

  it("go on from a backup with the ids that their messages had", async () => {
    await using receiver = startReceiver();
    const webhook = await create(receiver.url);
    const run = await startRun(store);
    copyDatabase(folder.join("runs.db"), folder.join("copy.db"));
    await run.complete();
    const original = serveLocally({ store });
    await until("all is delivered", async () => (await find(webhook)).delivered === 2);
    await original.close();
    const copy = await openSqliteStore(folder.join("copy.db"));
    try {
      await using _restored = serveLocally({ store: copy });
      await until("the copy delivers, too", () => receiver.received.length === 3);
    } finally {
      await copy.close();
    }
    assertEquals(receiver.types(), ["run.started", "run.completed", "run.started"]);
    assertEquals(receiver.received[2]?.id, receiver.received[0]?.id);
  });

  it("test a webhook, whatever its state is", async () => {
    let status = 200;
    await using receiver = startReceiver({ answer: () => new Response(null, { status }) });
    await using webhooks = serveLocally({ store });
    const webhook = await create(receiver.url);
    const { seconds, ...delivered } = present(await webhooks.ping(webhook.id));
    assertEquals(delivered, { status: 200, problem: null });
    assert(seconds >= 0);
    const { body, headers, data } = present(receiver.received[0]);
    new Verifier(secret).verify(body, headers);
    assertEquals(data, { webhookId: webhook.id });
    status = 404;
    await store.webhooks.update(webhook.id, { isEnabled: false });
    const failed = present(await webhooks.ping(webhook.id));
    assertEquals([failed.status, failed.problem], [404, "The receiver answered 404."]);
    assertEquals((await find(webhook)).attempts, 0);
    assertEquals(await webhooks.ping("nothing"), undefined);
  });

  it("refuse an address that leads to this machine", async () => {
    await using webhooks = serveLocally({ store, sender: localSender("") });
    await assertFails(webhooks.checkUrl("https://localhost/hook"), {
      name: WebhookUrlError.name,
      message: /^is refused: its host must have a public address .*\(loopback\)$/,
    });
    await assertFails(webhooks.checkUrl("hook"), /must be an address such as/);
  });
});
