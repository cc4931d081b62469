/** A sender in this process, which may reach this machine, and the delivery of webhooks by it. */
import { parseAllowList } from "../../webhooks/address/allow_list.ts";
import type { DeliveryChange } from "../../webhooks/deliver.ts";
import type { Sender } from "../../webhooks/sender/process.ts";
import { send } from "../../webhooks/sender/send.ts";
import { checkHost } from "../../webhooks/sender/serve.ts";
import { serveWebhooks, type Webhooks, type WebhooksOptions } from "../../webhooks/service.ts";
import { present } from "../support/present.ts";

/** Creates a sender. */
export function localSender(allow = "127.0.0.1"): Sender {
  const allowed = present(parseAllowList(allow));
  return {
    send: (request) => send(request, { allowed }),
    check: (url) => checkHost(new URL(url), allowed),
    close: () => Promise.resolve(),
  };
}

/** Delivers webhooks with short pauses, and collects the changes of their states. */
export function serveLocally(
  options: Pick<WebhooksOptions, "store"> & Partial<WebhooksOptions>,
): Webhooks & AsyncDisposable & { readonly changes: readonly DeliveryChange[] } {
  const changes: DeliveryChange[] = [];
  const webhooks = serveWebhooks({
    sender: localSender(),
    runId: (key) => btoa(`Run:${key}`),
    onChange: (change) => changes.push(change),
    onProblem: (problem) => {
      if (problem !== null) console.error(problem);
    },
    pauseAfter: () => 20,
    ...options,
  });
  return { ...webhooks, changes, [Symbol.asyncDispose]: webhooks.close };
}
