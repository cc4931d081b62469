/** Messages of webhooks: their content, and signatures that other programs verify. */
import { assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Webhook as Verifier, WebhookVerificationError } from "standardwebhooks";
import type { AnnouncedEvent } from "../../runs/log/announced.ts";
import type { Webhook } from "../../runs/store/webhook_store.ts";
import { headersOf, messageOf, pingMessage } from "../../webhooks/message.ts";
import { createSecret } from "../../webhooks/secret.ts";
import { openSqliteStore } from "../../runs/store/sqlite/store.ts";
import { present } from "../support/present.ts";
import { folderPerTest } from "../support/temporary_folder.ts";
import { startRun } from "../support/written_run.ts";
import { epoch } from "../support/written_run.ts";

const webhook = { id: "wh_1" } as Webhook;
const runId = (key: string) => `id of ${key}`;

describe("the messages of webhooks", () => {
  const folder = folderPerTest();

  /** Messages of the events of a run, from its start to its end. */
  async function messages() {
    const store = await openSqliteStore(folder.join("runs.db"));
    try {
      const written = await startRun(store, 'Größe "1"');
      await written.trainEpoch();
      await written.complete();
      const run = present(await store.get(written.key));
      const events = await store.read(run.id, {
        ...{ afterSeq: 0, limit: 100, types: ["started", "epoch", "completed"] },
      });
      return events.map((event) => ({
        run,
        event,
        ...messageOf({ webhook, run, event: event as AnnouncedEvent }, runId),
      }));
    } finally {
      await store.close();
    }
  }

  it("hold the type, the time, the run and the metrics", async () => {
    const [started, epoch1, completed] = await messages();
    const { run, event } = present(epoch1);
    const { type: _type, ...metrics } = epoch(1);
    const shown = { ...metrics, validationLoss: null, validationAcc: null };
    assertEquals(JSON.parse(present(epoch1).body), {
      type: "run.epoch",
      timestamp: event.at,
      data: { run: { id: `id of ${run.id}`, name: 'Größe "1"' }, seq: event.seq, epoch: shown },
    });
    const { data: { device, steps } } = JSON.parse(present(started).body);
    assertEquals([device, steps], ["CPU (a test, 2 threads)", 12]);
    const { type, data } = JSON.parse(present(completed).body);
    assertEquals([type, data.stoppedEarly, data.bestTestAcc, data.epoch], [
      ...["run.completed", false, 0.91, shown],
    ]);
  });

  it("have an id that is the same each time, and another one for each event and webhook", async () => {
    const all = await messages();
    const again = all.map(({ run, event }) =>
      messageOf({ webhook, run, event: event as AnnouncedEvent }, runId).id
    );
    assertEquals(all.map(({ id }) => id), again);
    assertEquals(new Set(again).size, all.length);
    const [{ run, event }] = all as [typeof all[0] & object];
    const other = { webhook: { id: "wh_2" } as Webhook, run, event: event as AnnouncedEvent };
    assertNotEquals(messageOf(other, runId).id, again[0]);
    assertMatch(again[0] ?? "", /^msg_[0-9a-f]{32}$/);
    assertNotEquals(pingMessage("wh_1").id, pingMessage("wh_1").id);
  });
});

describe("the signatures of webhooks", () => {
  const message = pingMessage("wh_1");

  it("are verified by the library of Standard Webhooks, and not for another body or secret", () => {
    const secret = createSecret();
    const headers = headersOf(message, [secret]);
    assertEquals(new Verifier(secret).verify(message.body, headers), JSON.parse(message.body));
    for (
      const [key, body] of [[createSecret(), message.body], [secret, `${message.body} `]] as const
    ) {
      assertThrows(() => new Verifier(key).verify(body, headers), WebhookVerificationError);
    }
  });

  it("are the HMAC of openssl and the one of Web Crypto", async () => {
    const secret = createSecret();
    const now = new Date("2026-11-29T10:00:00.750Z");
    const headers = headersOf(message, [secret], now);
    assertEquals(headers["webhook-timestamp"], "1795946400");
    const signed = `${message.id}.1795946400.${message.body}`;
    const key = Uint8Array.fromBase64(secret.slice("whsec_".length));
    assertEquals(key.length, 32);
    const hmac = await crypto.subtle.sign(
      "HMAC",
      await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
      new TextEncoder().encode(signed),
    );
    assertEquals(headers["webhook-signature"], `v1,${new Uint8Array(hmac).toBase64()}`);
    assertEquals(await opensslHmac(key, signed), headers["webhook-signature"]);
  });

  it("are one for each secret while a new one replaces another", () => {
    const [fresh, old] = [createSecret(), createSecret()];
    const headers = headersOf(message, [fresh, old]);
    for (const secret of [fresh, old]) new Verifier(secret).verify(message.body, headers);
    assertEquals(headers["webhook-signature"]?.split(" ").length, 2);
  });
});

/** Returns the signature that openssl makes. */
async function opensslHmac(key: Uint8Array, text: string): Promise<string> {
  const child = new Deno.Command("openssl", {
    args: ["dgst", "-sha256", "-mac", "HMAC", "-macopt", `hexkey:${key.toHex()}`, "-binary"],
    ...{ stdin: "piped", stdout: "piped", stderr: "null" } as const,
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { stdout } = await child.output();
  return `v1,${stdout.toBase64()}`;
}
