/**
 * The importer process: carries out one import and reports its state on stdout, a line of JSON each time. It may decode
 * images, read its source and write the dataset, and nothing else. Started by imports/importer_process.ts.
 */
import { runImport } from "../imports/run_import.ts";

// Stdout is for states; libraries print to stderr instead.
console.log = console.info = console.debug = console.error;

const [folder, dataFolder] = Deno.args;
if (folder === undefined || dataFolder === undefined) Deno.exit(2);

endWithParent();
const encoder = new TextEncoder();
await runImport({
  folder,
  dataFolder,
  report: (state) => {
    Deno.stdout.writeSync(encoder.encode(JSON.stringify(state) + "\n"));
  },
});
Deno.exit(0);

/** Ends this process when stdin closes: its parent has died, and the next one goes on. */
async function endWithParent(): Promise<void> {
  for await (const _ of Deno.stdin.readable);
  Deno.exit(0);
}
