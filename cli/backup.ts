/** `deno task backup`: writes all data of this installation that cannot be downloaded again to one file. */
import { count, size } from "../lib/format.ts";
import { writeBackup } from "./backup/write_backup.ts";
import { runFileProgram } from "./backup/program.ts";

const NOTES = `
It holds runs with their logs, checkpoints, imported datasets, uploads and results. The server may be running.
The file is a tar of EPOCHQL_HOME, which deno task restore unpacks into an empty one.`;

if (import.meta.main) {
  Deno.exit(
    await runFileProgram({
      name: "backup",
      purpose: "back up",
      description: "Write all data of this installation to one file.",
      argument: "the file to write, which must not exist",
      notes: NOTES,
      async run(config, file) {
        const { runs, bytes } = await writeBackup(config, file);
        return `Backed up ${count(runs)} ${runs === 1 ? "run" : "runs"} to ${file} (${
          size(bytes)
        }).`;
      },
    }, Deno.args),
  );
}
