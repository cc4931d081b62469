/** The commands and flags of `deno task webhooks`. It only reads the arguments. */
import type { Command } from "commander";
import { ANNOUNCED_TYPES } from "../../runs/log/announced.ts";
import { UsageError } from "../runs/errors.ts";
import {
  type NoCommand,
  readCommand,
  received,
  type ServerFlags,
  serverProgram,
} from "../program.ts";
import type { WebhookEvent } from "./operations.ts";

/** A command. Webhooks and runs are as typed. */
export type WebhooksCommand =
  | { readonly kind: "list"; readonly json: boolean }
  | {
    readonly kind: "add";
    readonly url: string;
    readonly events?: readonly WebhookEvent[] | undefined;
    readonly run?: string | undefined;
  }
  | {
    readonly kind: "update";
    readonly webhook: string;
    readonly url?: string | undefined;
    readonly events?: readonly WebhookEvent[] | undefined;
    readonly enabled?: boolean;
  }
  | { readonly kind: "ping" | "rotate" | "delete"; readonly webhook: string };

/** The result of reading the arguments. */
export type ParsedWebhooks =
  | { readonly kind: "run"; readonly command: WebhooksCommand; readonly flags: ServerFlags }
  | NoCommand;

/** Events as they are typed, and as the API has them. */
const EVENTS: ReadonlyMap<string, WebhookEvent> = new Map(
  ANNOUNCED_TYPES.map((type) => [type, type.toUpperCase() as Uppercase<typeof type>]),
);

const EVENT_NAMES = [...EVENTS.keys()].join(", ");

const NOTES = `
WEBHOOK is a webhook's id or the start of it. Events: ${EVENT_NAMES}.
The server's token, if it requires one, must have the scope admin; it is read from EPOCHQL_TOKEN or --token-file.
Exit codes: 0 done, 1 refused or not delivered, 2 wrong arguments or settings, 3 no server answers.`;

/**
 * Reads the arguments.
 *
 * @example
 * ```ts
 * parseWebhooks(["add", "https://example.com/hook", "--events", "completed,failed"]);
 * ```
 */
export function parseWebhooks(args: readonly string[]): ParsedWebhooks {
  let command: WebhooksCommand | undefined;
  const program = describe((asked) => command = asked);
  const other = readCommand(program, args);
  if (other) return other;
  return { kind: "run", command: received(command), flags: program.opts<ServerFlags>() };
}

/** Receives the command that the arguments name. */
type Receive = (command: WebhooksCommand) => void;

/** Builds the program that commander parses with. */
function describe(receive: Receive): Command {
  const program = serverProgram("webhooks", "Send events of runs to other programs.", NOTES);
  program.command("list", { isDefault: true })
    .description("list webhooks with their state (the default command)")
    .option("--json", "as JSON")
    .action(({ json }: { readonly json?: true }) => receive({ kind: "list", json: json ?? false }));
  program.command("add").argument("<url>", "the address of the receiver")
    .description("create a webhook and print its secret, which is shown only then")
    .option("-e, --events <events>", "the events, separated by commas (default: all)")
    .option("-r, --run <run>", "only those of this run, from its first: a name, an id, latest")
    .action((url: string, { events, run }: { events?: string; run?: string }) =>
      receive({ kind: "add", url, events: readEvents(events), run })
    );
  addChanges(program, receive);
  return program;
}

/** Adds the commands on a webhook. */
function addChanges(program: Command, receive: Receive): void {
  const onWebhook = (name: string, description: string) =>
    program.command(name).argument("<webhook>", "the webhook").description(description);
  onWebhook("ping", "send a test message and print the answer")
    .action((webhook: string) => receive({ kind: "ping", webhook }));
  onWebhook("update", "change a webhook's address or events")
    .option("--url <url>", "the new address")
    .option("-e, --events <events>", "the new events, separated by commas")
    .action((webhook: string, { url, events }: { url?: string; events?: string }) => {
      if (url === undefined && events === undefined) {
        throw new UsageError("Cannot update a webhook: --url or --events must be given.");
      }
      receive({ kind: "update", webhook, url, events: readEvents(events) });
    });
  onWebhook("disable", "deliver nothing until it is enabled")
    .action((webhook: string) => receive({ kind: "update", webhook, enabled: false }));
  onWebhook("enable", "resume with the event at which it stopped")
    .action((webhook: string) => receive({ kind: "update", webhook, enabled: true }));
  onWebhook("rotate", "replace the secret and print it; the old one stays valid for 24 hours")
    .action((webhook: string) => receive({ kind: "rotate", webhook }));
  onWebhook("delete", "delete a webhook")
    .action((webhook: string) => receive({ kind: "delete", webhook }));
}

/** @throws {UsageError} if one of them is unknown */
function readEvents(text: string | undefined): readonly WebhookEvent[] | undefined {
  return text?.split(",").map((part) => {
    const event = EVENTS.get(part.trim().toLowerCase());
    if (event) return event;
    throw new UsageError(
      `Cannot deliver '${part.trim()}': --events must be some of ${EVENT_NAMES}.`,
    );
  });
}
