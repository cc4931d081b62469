/**
 * A process that keeps a folder's worker and says what happens: `keeper.ts HOME`. SIGINT stops it.
 */
import { keepWorker } from "../../runs/keep_worker.ts";

const kept = keepWorker({
  home: Deno.args[0] ?? "",
  log: (_level, message) => console.log(message),
});
Deno.addSignalListener("SIGINT", async () => {
  await kept.stop();
  Deno.exit(0);
});
setInterval(() => {}, 1_000);
