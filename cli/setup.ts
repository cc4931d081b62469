/**
 * Sets up what is missing of everything that a start needs. The npm packages come first, as the rest of the set-up
 * (setup/set_up.ts) imports some; the native engine, which needs none, is compiled beside them and the rest.
 */
import { setUpKernels } from "../native/kernels/build.ts";
import { orExit } from "./setup/or_exit.ts";
import { installPackages } from "./setup/packages/install.ts";
import { openTerminalReport } from "./setup/terminal_report.ts";
import { inspectTerminal } from "./terminal/terminal.ts";

const terminal = inspectTerminal(Deno.stderr.isTerminal(), Deno.env);
const report = openTerminalReport(terminal);
// The rest of the set-up tries again, and says why it cannot be compiled.
const compiling = setUpKernels(report).then(() => {}, () => {});
// Where none are installed, the page and the datasets are likely to be missing too.
const installing = installPackages("start", report, { along: ["page", "datasets"] });
await orExit(installing, report, terminal);
// Not in one graph of modules with this file: Deno looks for packages when it loads a graph.
const program = new URL("./setup/set_up.ts", import.meta.url).href;
const { setUp }: typeof import("./setup/set_up.ts") = await import(program);
await setUp(report, terminal, compiling);
