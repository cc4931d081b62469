/** Metrics of webhooks: their states, and this server's attempts to deliver them. */
import { Counter, Gauge, type Registry } from "prom-client";
import { deadline } from "../../lib/deadline.ts";
import type { RunStore } from "../../runs/store/store.ts";
import type { WebhookCounts } from "../../runs/store/webhook_store.ts";
import type { AttemptCounts } from "../../webhooks/service.ts";
import { SCRAPE_TIMEOUT_MS } from "../timeouts.ts";

/** Values that are read for each scrape. */
interface Sources {
  readonly store: Pick<RunStore, "webhooks">;
  readonly webhookAttempts?: (() => AttemptCounts) | undefined;
}

/** Adds the metrics to a registry. */
export function addWebhookMetrics(
  registry: Registry,
  { store, webhookAttempts }: Sources,
): void {
  const registers = [registry];
  new Gauge({
    name: "epochql_webhooks",
    help: "Webhooks by state: active, failing until the next attempt, or disabled.",
    labelNames: ["state"],
    registers,
    async collect() {
      this.reset();
      // The metric epochql_store_up shows that the store does not answer.
      const read = store.webhooks.count().catch(() => undefined);
      const counts = await deadline<WebhookCounts | undefined>(
        SCRAPE_TIMEOUT_MS,
        read,
        () => undefined,
      );
      for (const [state, count] of Object.entries(counts ?? {})) this.set({ state }, count);
    },
  });
  if (!webhookAttempts) return;
  new Counter({
    name: "epochql_webhook_attempts_total",
    help: "Attempts of this server to deliver an event to a webhook.",
    labelNames: ["outcome"],
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(webhookAttempts())) {
        this.inc({ outcome }, count);
      }
    },
  });
}
