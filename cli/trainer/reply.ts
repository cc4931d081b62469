/** Writes the trainer's replies to stdout, one after the other. */
import { writeAll } from "../../lib/bytes.ts";
import { toLine, type TrainerReply } from "../../runs/trainer/protocol.ts";

let writing: Promise<void> = Promise.resolve();

/** Writes a reply. Resolves when it is on its way: the training goes no faster than the worker reads. */
export function reply(message: TrainerReply): Promise<void> {
  const bytes = new TextEncoder().encode(toLine(message));
  return writing = writing.then(() => writeAll(Deno.stdout, bytes));
}
