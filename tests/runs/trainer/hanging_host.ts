/**
 * A process that starts a trainer which hangs, and prints a line when it trains: `hanging_host.ts PID_FILE`.
 */
import { createTrainerProcess } from "../../../runs/trainer/process.ts";
import { aSpec } from "../../support/fake_run.ts";
import { fakeTrainerProgram } from "../../support/scripts.ts";

const program = fakeTrainerProgram("hang=3", `pid=${Deno.args[0]}`);
const trainer = createTrainerProcess({ dataFolder: ".", program });
const { signal } = new AbortController();
for await (const event of trainer.train(aSpec(), { signal })) console.log(event.type);
