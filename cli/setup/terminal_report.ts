/** Shows a set-up in a terminal: lines that stay, and one below them that moves. Without a terminal, lines only. */
import { type Terminal, tint } from "../train/terminal.ts";

/** Where a set-up speaks to, bound to nothing: its functions may be passed on one by one. */
export interface TerminalReport {
  readonly log: (line: string) => void;
  /** Only where a line can be drawn over. */
  readonly progress: ((line: string) => void) | undefined;
  /** A line outside of what setting up says, at its end. */
  readonly end: (line: string) => void;
}

/** A report on stderr. A heading goes before the first line; nothing said, nothing shown. */
export function openTerminalReport(
  terminal: Terminal,
  write: (text: string) => void = writeToStderr,
  columns: () => number = () => Deno.consoleSize().columns,
): TerminalReport {
  let begun = false;
  // Back to the line's start, and everything after it cleared.
  const erase = terminal.live ? "\r\x1b[K" : "";
  const begin = () => {
    if (!begun) write(`${erase}${tint(terminal, "bold", "Setting up epochql")}\n`);
    begun = true;
  };
  return {
    log(line) {
      begin();
      write(`${erase}  ${line}\n`);
    },
    progress: terminal.live
      ? (line) => {
        begin();
        // A line that wraps cannot be drawn over.
        write(`${erase}  ${tint(terminal, "dim", line.slice(0, columns() - 3))}`);
      }
      : undefined,
    end: (line) => write(`${erase}${line}\n`),
  };
}

function writeToStderr(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}
