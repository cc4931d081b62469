/** The flags of `deno task fuzz`. */
import { parseArgs } from "node:util";
import { inOneLine } from "../../lib/config_error.ts";
import { errorMessage } from "../../lib/error_message.ts";
import { type StoreKind, STORES } from "./stage.ts";

/** Parsed flags. */
export interface FuzzFlags {
  readonly operations: number;
  readonly seed: number;
  /** Store of the server's runs. */
  readonly store: StoreKind;
}

/** Parsed arguments: flags, or a message to print. */
export type ParsedFuzz =
  | { readonly kind: "fuzz"; readonly flags: FuzzFlags }
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly problem: string };

const MAX_OPERATIONS = 10_000_000;
const MAX_SEED = 2 ** 31 - 1;

/** Parses the arguments. The default seed is random. */
export function parseFuzz(args: readonly string[]): ParsedFuzz {
  let values: { operations?: string; seed?: string; store?: string; help?: boolean };
  try {
    ({ values } = parseArgs({
      // 'deno task fuzz -- --seed 1' hands the '--' on.
      args: args[0] === "--" ? args.slice(1) : [...args],
      options: {
        operations: { type: "string" },
        seed: { type: "string" },
        store: { type: "string" },
        help: { type: "boolean" },
      },
    }));
  } catch (error) {
    const said = errorMessage(error);
    return wrong(`${said.replace(/\.?$/, ".")} See --help.`);
  }
  if (values.help) return { kind: "help" };
  const operations = numberOf(values.operations ?? "10000", 1, MAX_OPERATIONS);
  if (operations === undefined) {
    return wrong(
      `--operations must be a whole number from 1 to ${MAX_OPERATIONS}, got '${values.operations}'.`,
    );
  }
  const chance = String(Math.floor(Math.random() * MAX_SEED));
  const seed = numberOf(values.seed ?? chance, 0, MAX_SEED);
  if (seed === undefined) {
    return wrong(`--seed must be a whole number from 0 to ${MAX_SEED}, got '${values.seed}'.`);
  }
  const store = STORES.find((known) => known === (values.store ?? STORES[0]));
  if (store === undefined) {
    return wrong(`--store must be one of ${STORES.join(", ")}, got '${values.store}'.`);
  }
  return { kind: "fuzz", flags: { operations, seed, store } };
}

function numberOf(text: string, min: number, max: number): number | undefined {
  const value = Number(text);
  return /^\d{1,10}$/.test(text) && value >= min && value <= max ? value : undefined;
}

function wrong(problem: string): ParsedFuzz {
  return { kind: "wrong", problem: `Cannot fuzz: ${inOneLine(problem)}` };
}
