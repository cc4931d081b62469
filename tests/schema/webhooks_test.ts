/** Webhooks through the API. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { after, before, describe, it } from "@std/testing/bdd";
import { LOCAL } from "../../schema/base/access.ts";
import { type Api, useApi } from "../support/api.ts";
import { present } from "../support/present.ts";
import { until } from "../support/until.ts";
import { MISSING_RUN } from "../support/written_run.ts";
import { serveLocally } from "../webhooks/local_sender.ts";
import { type Receiver, startReceiver } from "../webhooks/receiver.ts";

const FIELDS = `id url events state pending delivered failedAttempts lastError failingSince
  nextAttemptAt lastAttemptAt lastDeliveredAt createdBy run { id }`;
const CREATE = `mutation ($input: CreateWebhookInput!) {
  createWebhook(input: $input) { secret webhook { ${FIELDS} } }
}`;
const UPDATE = `mutation ($id: ID!, $input: UpdateWebhookInput!) {
  updateWebhook(webhookId: $id, input: $input) { webhook { ${FIELDS} } }
}`;
const ROTATE =
  "mutation ($id: ID!) { rotateWebhookSecret(webhookId: $id) { secret webhook { id } } }";
const DELETE = "mutation ($id: ID!) { deleteWebhook(webhookId: $id) { deletedWebhookId } }";
const PING =
  "mutation ($id: ID!) { pingWebhook(webhookId: $id) { delivered status problem seconds } }";
const LIST = `{ webhooks { ${FIELDS} } }`;

const stored = useApi();

describe("webhooks", () => {
  let api: Api;
  let receiver: Receiver;
  let stop = async () => {};
  before(() => {
    receiver = startReceiver({
      answer: (_received, path) => new Response(null, { status: path === "/gone" ? 410 : 204 }),
    });
    const webhooks = serveLocally({ store: stored.store });
    api = stored.with({ webhooks, maxWebhooks: 5 });
    stop = webhooks.close;
  });
  after(async () => {
    await stop();
    await receiver[Symbol.asyncDispose]();
  });

  const create = async (input: Readonly<Record<string, unknown>> = {}) =>
    (await api.ask(CREATE, { input: { url: receiver.url, ...input } })).createWebhook;
  const remove = (id: string) => api.ask(DELETE, { id });
  const find = async (id: string) =>
    (await api.ask(LIST)).webhooks.find((webhook: { id: string }) => webhook.id === id);

  it("are created with a secret that is shown once, listed, and deleted", async () => {
    const { secret, webhook } = await create({ events: ["COMPLETED", "FAILED", "FAILED"] });
    assertMatch(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    assertEquals(webhook, {
      id: webhook.id,
      url: receiver.url,
      events: ["COMPLETED", "FAILED"],
      state: "ACTIVE",
      createdBy: "local",
      run: null,
      ...{ pending: 0, delivered: 0, failedAttempts: 0, lastError: null, failingSince: null },
      ...{ nextAttemptAt: null, lastAttemptAt: null, lastDeliveredAt: null },
    });
    assertEquals((await api.ask(LIST)).webhooks, [webhook]);
    assertEquals(await remove(webhook.id), { deleteWebhook: { deletedWebhookId: webhook.id } });
    assertEquals((await api.ask(LIST)).webhooks, []);
  });

  it("deliver the events of a run, which begin with its first", async () => {
    const id = await stored.start();
    const run = await stored.claim(id);
    await run.append({ type: "failed", error: "No memory." });
    const { webhook } = await create({ runId: id });
    assertEquals(webhook.run, { id });
    await until("it is delivered", async () => (await find(webhook.id)).delivered === 1);
    const { type, data } = present(receiver.received.at(-1));
    assertEquals([type, data.run.id, data.error], ["run.failed", id, "No memory."]);
    await remove(webhook.id);
  });

  it("can be tested, disabled, enabled and led elsewhere", async () => {
    const { webhook: { id } } = await create();
    const { pingWebhook: { seconds, ...ping } } = await api.ask(PING, { id });
    assertEquals(ping, { delivered: true, status: 204, problem: null });
    assert(seconds >= 0);
    const update = async (input: unknown) =>
      (await api.ask(UPDATE, { id, input })).updateWebhook.webhook;
    assertEquals((await update({ enabled: false })).state, "DISABLED");
    const gone = receiver.url.replace("/hook", "/gone");
    const changed = await update({ enabled: true, url: gone, events: ["STARTED"] });
    assertEquals([changed.state, changed.url, changed.events], ["ACTIVE", gone, ["STARTED"]]);
    const { pingWebhook } = await api.ask(PING, { id });
    assertEquals([pingWebhook.delivered, pingWebhook.status], [false, 410]);
    assertMatch(pingWebhook.problem, /410 Gone/);
    await remove(id);
  });

  it("change their secret", async () => {
    const { secret, webhook: { id } } = await create();
    const { rotateWebhookSecret } = await api.ask(ROTATE, { id });
    assertEquals(rotateWebhookSecret.webhook, { id });
    assert(rotateWebhookSecret.secret !== secret);
    const found = await stored.store.webhooks.find(id);
    assertEquals(found?.secrets, [rotateWebhookSecret.secret, secret]);
    await remove(id);
  });

  it("are refused with the reason", async () => {
    const refusals: readonly (readonly [input: object, path: string, message: RegExp])[] = [
      [{ url: "hook" }, "url", /^Cannot create a webhook: input.url must be an address such as/],
      [{ url: "https://me:secret@example.com" }, "url", /must hold no user name and no password/],
      [
        { url: "https://10.0.0.1/" },
        "url",
        /input.url is refused: its host must have a public address .* got 10.0.0.1 \(private\)\.$/,
      ],
      [{ url: "https://[::1]/" }, "url", /::1 \(loopback\)\.$/],
      [{ url: "http://1.1.1.1/" }, "url", /lists where the address is not https, got '1.1.1.1'/],
      [{ events: [] }, "events", /events must hold one event or more, got none/],
      [{ afterSeq: 3 }, "afterSeq", /input.afterSeq must be left out without input.runId, got 3/],
      [{ afterSeq: -1 }, "afterSeq", /input.afterSeq must be 0 or more, got -1/],
      [{ runId: "x" }, "runId", /input.runId must be the id of a Run, got 'x'/],
    ];
    for (const [change, field, message] of refusals) {
      const error = await api.refuse(CREATE, { input: { url: receiver.url, ...change } });
      assertMatch(error.message, message);
      assertEquals(error.extensions, { code: "BAD_USER_INPUT", path: ["input", field] });
    }
    const missing = await api.refuse(CREATE, { input: { url: receiver.url, runId: MISSING_RUN } });
    assertEquals(missing.extensions, { code: "NOT_FOUND" });
  });

  it("are refused where there are too many, none with the id, or nothing to change", async () => {
    const ids = [];
    for (let count = 0; count < 5; count++) ids.push((await create()).webhook.id);
    const tooMany = await api.refuse(CREATE, { input: { url: receiver.url } });
    assertEquals(tooMany.extensions, { code: "RATE_LIMITED" });
    assertMatch(tooMany.message, /at most 5, got 5 already/);
    for (const id of ids) await remove(id);
    for (const mutation of [DELETE, ROTATE, PING]) {
      const error = await api.refuse(mutation, { id: "wh_none" });
      assertMatch(error.message, /no webhook has the ID 'wh_none'; it may have been deleted/);
      assertEquals(error.extensions, { code: "NOT_FOUND" });
    }
    const nothing = await api.refuse(UPDATE, { id: "wh_none", input: {} });
    assertMatch(nothing.message, /input must hold url, events or enabled, got none of them/);
    const unknown = await api.refuse(UPDATE, { id: "wh_none", input: { enabled: true } });
    assertEquals(unknown.extensions, { code: "NOT_FOUND" });
  });

  it("are for admins alone, and need a server that delivers them", async () => {
    const writer = api.with({ viewer: { name: "ci", scope: "write" } });
    for (const [operation, variables] of [[LIST, {}], [DELETE, { id: "x" }]] as const) {
      assertEquals((await writer.refuse(operation, variables)).extensions, { code: "FORBIDDEN" });
    }
    const without = stored.with({ viewer: LOCAL });
    assertEquals(await without.ask(LIST), { webhooks: [] });
    const error = await without.refuse(CREATE, { input: { url: receiver.url } });
    assertEquals(error.extensions, { code: "UNAVAILABLE" });
    assertMatch(error.message, /this server delivers no webhooks \(EPOCHQL_WEBHOOKS\)/);
  });
});
