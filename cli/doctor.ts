/**
 * Examines everything that a start needs and prints findings with advice. It changes nothing and loads no
 * native code itself. Exit code 1: something needed is missing or broken.
 */
import { takeNoArguments } from "../lib/process/no_arguments.ts";
import { join } from "node:path";
import { readConfig } from "../config.ts";
import { ConfigError } from "../lib/config_error.ts";
import {
  checkData,
  checkDeno,
  checkDisk,
  checkHome,
  checkPage,
  checkStore,
  checkTools,
} from "./doctor/checks.ts";
import { checkEngines } from "./doctor/engines.ts";
import { type Finding, showFinding, showVerdict } from "./doctor/finding.ts";
import type { EngineName } from "../ml/spec/spec.ts";
import type { StoreLocation } from "../runs/store/open.ts";
import { inspectTerminal } from "./terminal/terminal.ts";

/** Fits every label. */
const LABEL_WIDTH = 13;

/** Prints every finding as soon as it and those before it are known. */
async function examine(): Promise<number> {
  const terminal = inspectTerminal(Deno.stdout.isTerminal(), Deno.env);
  const { place, finding, engine } = configuration();
  const { home } = place;
  const checks: (Promise<Finding | readonly Finding[]> | readonly Finding[])[] = [
    finding,
    checkDeno(),
    checkEngines(engine),
    checkData(join(home, "data")),
    checkPage(),
    checkStore(place),
    checkHome(place),
    checkDisk(home),
    checkTools(),
  ];
  const findings: Finding[] = [];
  for (const check of checks) {
    for (const found of [await check].flat()) {
      console.log(showFinding(found, LABEL_WIDTH, terminal));
      findings.push(found);
    }
  }
  console.log(`\n${showVerdict(findings, terminal)}`);
  return findings.some(({ state }) => state === "bad") ? 1 : 0;
}

/** Reads the configuration. A wrong variable is a finding; the other checks run all the same. */
function configuration(): {
  readonly place: StoreLocation;
  readonly engine?: EngineName;
  readonly finding: readonly Finding[];
} {
  try {
    const config = readConfig(Deno.env);
    return { place: config, engine: config.engine, finding: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const home = Deno.env.get("EPOCHQL_HOME") || readConfig({ get: () => undefined }).home;
    return {
      place: { home },
      finding: [{ label: "Environment", state: "bad", text: error.message }],
    };
  }
}

takeNoArguments(
  "check the installation",
  "Usage: deno task doctor\n\nChecks the installation and says how to fix it. " +
    "Exit code 1: something required is missing.",
);
Deno.exit(await examine());
