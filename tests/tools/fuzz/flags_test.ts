/** The flags of `deno task fuzz`. */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { type FuzzFlags, parseFuzz } from "../../../tools/fuzz/flags.ts";
import { forAll } from "../../support/for_all.ts";

function flagsOf(args: readonly string[]): FuzzFlags {
  const parsed = parseFuzz(args);
  if (parsed.kind !== "fuzz") throw new Error(`They must be right, got ${JSON.stringify(parsed)}`);
  return parsed.flags;
}

describe("parseFuzz()", () => {
  it("defaults to ten thousand operations and a random seed", () => {
    const [one, other] = [flagsOf([]), flagsOf(["--"])];
    assertEquals(one.operations, 10_000);
    assertNotEquals(one.seed, other.seed);
  });

  it("reads both, and the request for help", () => {
    assertEquals(parseFuzz(["--operations", "5", "--seed=0"]), {
      kind: "fuzz",
      flags: { operations: 5, seed: 0, store: "sqlite" },
    });
    assertEquals(parseFuzz(["--help", "--seed", "1"]), { kind: "help" });
  });

  it("reports an error in one line", () => {
    const cases: readonly [string[], RegExp][] = [
      [["--operations", "0"], /^Cannot fuzz: --operations must be .* 1 to 10000000, got '0'\.$/],
      [["--operations", "many"], /got 'many'\.$/],
      [
        ["--seed", "1.5"],
        /^Cannot fuzz: --seed must be a whole number from 0 to \d+, got '1\.5'\.$/,
      ],
      [
        ["--store", "redis"],
        /^Cannot fuzz: --store must be one of sqlite, postgres, got 'redis'\.$/,
      ],
      [["--rounds", "1"], /^Cannot fuzz: Unknown option '--rounds'.* See --help\.$/],
      [["5"], /^Cannot fuzz: Unexpected argument '5'.* See --help\.$/],
    ];
    for (const [args, problem] of cases) {
      const parsed = parseFuzz(args);
      assertMatch(parsed.kind === "wrong" ? parsed.problem : "", problem);
    }
  });

  it("returns usable numbers or an error of one line for any arguments", () => {
    const word = fc.oneof(
      fc.constantFrom("--operations", "--seed", "--help", "--", "-", "--seed=", "--no-seed", "-h"),
      fc.integer().map(String),
      fc.string({ unit: "binary" }),
    );
    forAll([fc.array(word, { maxLength: 5 })], (args) => {
      const parsed = parseFuzz(args);
      if (parsed.kind === "wrong") {
        assertMatch(parsed.problem, /^Cannot fuzz: [^\p{C}\p{Zl}\p{Zp}]*\.$/u);
      }
      if (parsed.kind === "fuzz") {
        assert(parsed.flags.operations >= 1 && parsed.flags.seed >= 0);
      }
    });
  });
});
