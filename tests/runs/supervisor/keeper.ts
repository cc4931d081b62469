/**
 * A process that keeps a folder's workers and says what happens: `keeper.ts HOME [WORKERS]`. SIGINT stops it.
 */
import { superviseWorkers } from "../../../runs/supervisor/supervise.ts";

const kept = superviseWorkers({
  home: Deno.args[0] ?? "",
  workers: Number(Deno.args[1] ?? 1),
  log: (_level, message) => console.log(message),
});
Deno.addSignalListener("SIGINT", async () => {
  await kept.stop();
  Deno.exit(0);
});
setInterval(() => {}, 1_000);
