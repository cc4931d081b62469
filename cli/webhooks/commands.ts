/** The commands of `deno task webhooks`. */
import { noteLine, printLine } from "../terminal/output.ts";
import { UsageError } from "../runs/errors.ts";
import { findRun } from "../runs/find_run.ts";
import { age } from "../runs/format.ts";
import type { Server } from "../runs/server.ts";
import { type Canvas, type Column, tableLines } from "../runs/table.ts";
import type { WebhooksCommand } from "./flags.ts";
import {
  CREATE_WEBHOOK,
  DELETE_WEBHOOK,
  LIST_WEBHOOKS,
  PING_WEBHOOK,
  ROTATE_SECRET,
  UPDATE_WEBHOOK,
  type WebhookItem,
} from "./operations.ts";

/** Characters of an id that tables show. */
const SHORT_ID_LENGTH = 11;

const TONES = { ACTIVE: "green", FAILING: "yellow", DISABLED: "red" } as const;

const COLUMNS: readonly Column<WebhookItem>[] = [
  {
    head: "ID",
    value: ({ id }) => id.slice(0, SHORT_ID_LENGTH),
    raw: ({ id }) => id,
    tone: () => "dim",
  },
  { head: "URL", value: ({ url }) => url, shrinks: true },
  {
    head: "RUN",
    value: ({ run }) => run?.name ?? "all",
    raw: ({ run }) => run?.name ?? "",
    shrinks: true,
  },
  {
    head: "EVENTS",
    value: ({ events }) => events.map((event) => event.toLowerCase()).join(","),
    shrinks: true,
  },
  { head: "STATE", value: ({ state }) => state, tone: ({ state }) => TONES[state] },
  { head: "DELIVERED", value: ({ delivered }) => String(delivered), right: true },
  { head: "PENDING", value: ({ pending }) => String(pending), right: true },
  {
    head: "LAST",
    value: ({ lastDeliveredAt }) => lastDeliveredAt === null ? "–" : `${age(lastDeliveredAt)} ago`,
    raw: ({ lastDeliveredAt }) => lastDeliveredAt ?? "",
    right: true,
  },
  {
    head: "PROBLEM",
    value: ({ lastError }) => lastError ?? "–",
    raw: ({ lastError }) => lastError ?? "",
    shrinks: true,
  },
];

/**
 * Carries out a command.
 *
 * @returns false if a test message was not delivered
 * @throws {UsageError} if a webhook or a run cannot be found
 */
export async function runCommand(
  server: Server,
  command: WebhooksCommand,
  canvas: Canvas,
): Promise<boolean> {
  switch (command.kind) {
    case "list":
      await list(server, command.json, canvas);
      return true;
    case "add":
      await add(server, command);
      return true;
    case "ping":
      return await ping(server, await findWebhook(server, command.webhook));
    case "update": {
      const id = await findWebhook(server, command.webhook);
      const { url, events, enabled } = command;
      const input = {
        ...(url === undefined ? {} : { url }),
        ...(events === undefined ? {} : { events: [...events] }),
        ...(enabled === undefined ? {} : { enabled }),
      };
      const { updateWebhook: { webhook } } = await server.ask(UPDATE_WEBHOOK, { id, input });
      printLine(`${id} is ${webhook.state.toLowerCase()}.`);
      return true;
    }
    case "rotate": {
      const id = await findWebhook(server, command.webhook);
      const { rotateWebhookSecret: { secret } } = await server.ask(ROTATE_SECRET, { id });
      printLine(secret);
      noteLine("Messages are also signed with the old secret for 24 hours.");
      return true;
    }
    case "delete": {
      const id = await findWebhook(server, command.webhook);
      await server.ask(DELETE_WEBHOOK, { id });
      printLine(`${id} is deleted.`);
      return true;
    }
    default:
      return command satisfies never;
  }
}

async function list(server: Server, json: boolean, canvas: Canvas): Promise<void> {
  const { webhooks } = await server.ask(LIST_WEBHOOKS, {});
  if (json) return printLine(JSON.stringify(webhooks, null, 2));
  if (webhooks.length === 0) {
    return noteLine(`No webhooks on ${server.address}; 'deno task webhooks add URL' creates one.`);
  }
  for (const line of tableLines(webhooks, COLUMNS, canvas)) printLine(line);
}

async function add(
  server: Server,
  { url, events, run }: Extract<WebhooksCommand, { readonly kind: "add" }>,
): Promise<void> {
  const runId = run === undefined ? undefined : (await findRun(server, run)).id;
  const input = {
    url,
    ...(events === undefined ? {} : { events: [...events] }),
    ...(runId === undefined ? {} : { runId }),
  };
  const { createWebhook: { secret, webhook } } = await server.ask(CREATE_WEBHOOK, { input });
  noteLine(`Created ${webhook.id}. Its secret, which is shown only now:`);
  printLine(secret);
}

/** @returns false if the message was not delivered */
async function ping(server: Server, id: string): Promise<boolean> {
  const { pingWebhook } = await server.ask(PING_WEBHOOK, { id });
  const { delivered, status, problem, seconds } = pingWebhook;
  if (delivered) printLine(`Delivered in ${seconds.toFixed(2)} s: the answer is ${status}.`);
  else noteLine(problem ?? "Not delivered.");
  return delivered;
}

/**
 * Finds a webhook.
 *
 * @param reference its id, or the start of it
 * @returns its id
 * @throws {UsageError} if there is none, or several
 */
async function findWebhook(server: Server, reference: string): Promise<string> {
  const { webhooks } = await server.ask(LIST_WEBHOOKS, {});
  const found = webhooks.filter(({ id }) => id.startsWith(reference));
  const [first] = found;
  if (first && (found.length === 1 || first.id === reference)) return first.id;
  throw new UsageError(
    first
      ? `Cannot tell which webhook '${reference}' is: ${found.length} ids begin with it.`
      : `Cannot find the webhook '${reference}': 'deno task webhooks' lists all.`,
  );
}
