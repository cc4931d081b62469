/**
 * Lines on stdout and stderr, which may be closed: the terminal is gone, or '| head' has ended. The
 * training does not fail for it.
 */
import process from "node:process";

// The progress bar writes here directly.
process.stderr.on("error", () => {});

/** Writes a line to stdout, unless it is closed. */
export function printLine(line: string): void {
  write(Deno.stdout, line);
}

/** Writes a line to stderr, unless it is closed. */
export function noteLine(line: string): void {
  write(Deno.stderr, line);
}

function write(stream: { writeSync(bytes: Uint8Array): number }, line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  try {
    for (let sent = 0; sent < bytes.length;) sent += stream.writeSync(bytes.subarray(sent));
  } catch {
    // There is no other place to report a closed pipe.
  }
}
