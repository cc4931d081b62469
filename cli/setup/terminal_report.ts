/**
 * Shows a setup's progress in a terminal: permanent lines, and one below them that is redrawn. Without a
 * terminal, lines only.
 */
import { type Terminal, tint } from "../terminal/terminal.ts";

/** The output of a setup. Its functions may be passed on without it. */
export interface TerminalReport {
  readonly log: (line: string) => void;
  /** Redraws the last line; undefined without a terminal. */
  readonly progress: ((line: string) => void) | undefined;
  /** Prints a final line without the heading. */
  readonly end: (line: string) => void;
}

/** Creates a report on stderr. A heading is printed before the first line. */
export function openTerminalReport(
  terminal: Terminal,
  write: (text: string) => void = writeToStderr,
  columns: () => number = () => Deno.consoleSize().columns,
): TerminalReport {
  let begun = false;
  // Back to the line's start, and clear the rest.
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
        // A wrapped line cannot be redrawn.
        write(`${erase}  ${tint(terminal, "dim", line.slice(0, columns() - 3))}`);
      }
      : undefined,
    end: (line) => write(`${erase}${line}\n`),
  };
}

function writeToStderr(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}
