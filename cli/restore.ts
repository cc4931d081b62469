/** `deno task restore`: restores a file of `deno task backup` into an empty home. */
import { count } from "../lib/format.ts";
import { restoreBackup } from "./backup/restore_backup.ts";
import { runFileProgram } from "./backup/program.ts";

const NOTES = `
The home is EPOCHQL_HOME (default: .epochql). It may hold nothing but downloaded datasets.
Runs that were training at the backup go on from their newest checkpoint at the next start.`;

if (import.meta.main) {
  Deno.exit(
    await runFileProgram({
      name: "restore",
      purpose: "restore",
      description: "Restore a backup into an empty home.",
      argument: "the file that deno task backup has written",
      notes: NOTES,
      async run(config, file) {
        const { runs } = await restoreBackup(config, file);
        return `Restored ${count(runs)} ${runs === 1 ? "run" : "runs"} in ${config.home}.`;
      },
    }, Deno.args),
  );
}
