/** Messages of webhooks: the body, the id by which receivers recognize a repetition, and the signature. */
import { createHash } from "node:crypto";
import { Webhook as Signer } from "standardwebhooks";
import type { EpochEvent } from "../ml/training/events.ts";
import type { AnnouncedEvent, AnnouncedType } from "../runs/log/announced.ts";
import type { RunEvent } from "../runs/log/event.ts";
import type { Run } from "../runs/log/run.ts";
import type { DueEvent } from "../runs/store/webhook_store.ts";

/** A message to sign. */
export interface Message {
  /** The same each time the event is sent to the webhook. */
  readonly id: string;
  /** JSON. */
  readonly body: string;
}

/** Returns the data of an event, beside its run, with the names that the API has for it. */
type DetailsOf = {
  readonly [Type in AnnouncedType]: (event: RunEvent<Type>, run: Run) => object;
};

const DETAILS: DetailsOf = {
  started: ({ device, engine, steps }) => ({ device, engine, steps }),
  epoch: (event) => ({ epoch: metrics(event) }),
  paused: ({ reason }) => ({ reason }),
  cancelled: () => ({}),
  failed: ({ error }) => ({ error }),
  completed: ({ stoppedEarly = false }, { snapshot: { lastEpoch, bestTestAcc } }) => ({
    stoppedEarly,
    bestTestAcc,
    epoch: lastEpoch && metrics(lastEpoch),
  }),
};

/**
 * Creates the message of an event.
 *
 * @param runId returns a run's id in the API
 */
export function messageOf(
  { webhook, run, event }: Pick<DueEvent, "webhook" | "run" | "event">,
  runId: (key: string) => string,
): Message {
  const body = {
    type: `run.${event.type}`,
    timestamp: event.at,
    data: {
      run: { id: runId(run.id), name: run.name },
      seq: event.seq,
      ...detailsOf(event, run),
    },
  };
  return {
    id: `msg_${digest([webhook.id, run.id, String(event.seq)])}`,
    body: JSON.stringify(body),
  };
}

/** Creates a message that tests a webhook. Each is another one. */
export function pingMessage(webhookId: string): Message {
  return {
    id: `msg_${digest([webhookId, crypto.randomUUID()])}`,
    body: JSON.stringify({
      type: "webhook.ping",
      timestamp: new Date().toISOString(),
      data: { webhookId },
    }),
  };
}

/**
 * Returns the headers of a message, signed as of now.
 *
 * @param secrets the newest first; receivers accept a message if one of them has signed it
 */
export function headersOf(
  { id, body }: Message,
  secrets: readonly string[],
  now = new Date(),
): Record<string, string> {
  const signatures = secrets.map((secret) => new Signer(secret).sign(id, now, body));
  return {
    "content-type": "application/json",
    "user-agent": "epochql",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": signatures.join(" "),
  };
}

function detailsOf(event: AnnouncedEvent, run: Run): object {
  // The registry has the function for each type's own events.
  return (DETAILS[event.type] as (event: AnnouncedEvent, run: Run) => object)(event, run);
}

/** Returns the metrics of an epoch without its confusion matrix. */
function metrics(epoch: Omit<EpochEvent, "confusion">): object {
  const { number, trainLoss, trainAcc, testLoss, testAcc, learningRate, seconds } = epoch;
  const { validationLoss = null, validationAcc = null } = epoch;
  return {
    ...{ number, trainLoss, trainAcc, testLoss, testAcc, validationLoss, validationAcc },
    ...{ learningRate, seconds },
  };
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join(" ")).digest("hex").slice(0, 32);
}
