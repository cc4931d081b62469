/** Lines of the log about webhooks: one for each change of a state, not for each attempt. */
import type { DeliveryChange } from "../../webhooks/deliver.ts";
import { serverLog } from "./log.ts";

/** Logs that a webhook fails, can be delivered again or was disabled. Of its address, only the host is shown. */
export function logWebhook({ kind, webhook }: DeliveryChange): void {
  const { id, url, lastError: problem } = webhook;
  const record = { webhook: id, host: new URL(url).host, problem };
  switch (kind) {
    case "failing":
      return serverLog.warning("The webhook {webhook} to {host} fails: {problem}", record);
    case "recovered":
      return serverLog.info("The webhook {webhook} to {host} is delivered again.", record);
    case "disabled":
      return serverLog.warning("The webhook {webhook} to {host} was disabled: {problem}", record);
    default:
      return kind satisfies never;
  }
}
