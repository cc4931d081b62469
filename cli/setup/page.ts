/** Bundles the page: `deno task page`. */
import { NativeError } from "../../native/errors.ts";
import { inspectTerminal, tint } from "../terminal/terminal.ts";
import { setUpPage } from "./page_and_datasets.ts";
import { openTerminalReport } from "./terminal_report.ts";

const terminal = inspectTerminal(Deno.stderr.isTerminal(), Deno.env);
const report = openTerminalReport(terminal);
try {
  await setUpPage(report);
} catch (error) {
  if (!(error instanceof NativeError)) throw error;
  report.end(tint(terminal, "red", error.message));
  Deno.exit(1);
}
