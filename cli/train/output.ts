/**
 * Lines on stdout and stderr that nobody may be reading any more: the terminal was closed, or '| head' has
 * seen enough. The training does not fail for it.
 */
import process from "node:process";

// What draws the progress bar writes here without looking.
process.stderr.on("error", () => {});

/** Writes a line to stdout, if anybody reads it. */
export function printLine(line: string): void {
  write(Deno.stdout, line);
}

/** Writes a line to stderr, if anybody reads it. */
export function noteLine(line: string): void {
  write(Deno.stderr, line);
}

function write(stream: { writeSync(bytes: Uint8Array): number }, line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  try {
    for (let sent = 0; sent < bytes.length;) sent += stream.writeSync(bytes.subarray(sent));
  } catch {
    // A closed pipe, a terminal that is gone: there is no other place to say so.
  }
}
