/**
 * `deno task fuzz`: sends operations derived from the schema, valid and invalid ones, to a real server and checks
 * each response. Failures are shrunk and printed.
 */
import { createApiSchema } from "../resolvers/api_schema.ts";
import { parseFuzz } from "./fuzz/flags.ts";
import { report } from "./fuzz/report.ts";
import { playRound } from "./fuzz/round.ts";
import { openStage, whyNoStore } from "./fuzz/stage.ts";

const HELP =
  `Sends valid and invalid operations to a server of its own, and checks every response against the API's rules.

  deno task fuzz [--operations N] [--seed N] [--store sqlite|postgres]

  --operations N   number of operations (10000)
  --seed N         random seed (random, and printed)
  --store S        where the server keeps runs (sqlite)

No status of 500 or above, no error that is INTERNAL or has no code of the API's, data as the schema has it, no crash,
no complaint in the server's log, and at the end nothing that stays open and no memory that has grown.
Exit codes: 0 nothing was wrong, 1 something was, 2 wrong flags.`;

const parsed = parseFuzz(Deno.args);
switch (parsed.kind) {
  case "help":
    console.log(HELP);
    break;
  case "wrong":
    console.error(parsed.problem);
    Deno.exit(2);
    break;
  case "fuzz": {
    const { operations, seed, store } = parsed.flags;
    const reason = whyNoStore(store);
    if (reason !== undefined) {
      console.error(`Cannot fuzz with --store ${store}: ${reason}.`);
      Deno.exit(1);
    }
    console.log(`Seed ${seed}: ${operations} operations on ${store}.`);
    await using stage = await openStage(store);
    const result = await playRound({
      schema: createApiSchema(),
      stage,
      seed,
      operations,
      ...(Deno.stderr.isTerminal() ? { onProgress: (done) => showProgress(done, operations) } : {}),
    });
    console.log(report(result));
    for (const failure of result.failures) console.error(`\nFAILED ${failure}`);
    if (result.failures.length === 0) console.log("Nothing is wrong.");
    else {
      console.error(
        `\nAgain with: deno task fuzz --operations ${operations} --seed ${seed} --store ${store}`,
      );
      Deno.exitCode = 1;
    }
    break;
  }
  default:
    parsed satisfies never;
}

function showProgress(done: number, operations: number): void {
  const end = done === operations ? "\r\x1b[K" : "";
  if (done % 100 === 0) {
    Deno.stderr.writeSync(new TextEncoder().encode(`\r${done} of ${operations}${end}`));
  }
}
