/** The commands and flags of `deno task runs`. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertNotMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { parseRuns, type RunsCommand } from "../../../cli/runs/flags.ts";
import { forAll } from "../../support/for_all.ts";

/** Returns the command of valid arguments. */
function commandOf(...args: readonly string[]): RunsCommand {
  const parsed = parseRuns(args);
  if (parsed.kind !== "run") throw new Error(`It must be a command, got ${JSON.stringify(parsed)}`);
  return parsed.command;
}

/** Returns the help. */
function helpOf(...args: readonly string[]): string {
  const parsed = parseRuns(args);
  if (parsed.kind !== "help") throw new Error(`It must be help, got ${JSON.stringify(parsed)}`);
  return parsed.text;
}

/** Returns the problem of invalid arguments. */
function problemOf(...args: readonly string[]): string {
  const parsed = parseRuns(args);
  if (parsed.kind !== "wrong") throw new Error(`It must be wrong, got ${JSON.stringify(parsed)}`);
  return parsed.problems.join("\n");
}

/** Asserts that numbers are in range and that a run is named where one is needed. */
function assertUsable(command: RunsCommand): void {
  if (command.kind === "list") assert(command.limit >= 1);
  if (command.kind === "resume") assert(command.epochs === null || command.epochs >= 1);
  if ("runs" in command) assertNotEquals(command.runs.length, 0);
  if (command.kind === "keep") {
    const { step = 1, epoch = 1 } = command.which;
    assert(Number.isInteger(step) && step >= 1 && Number.isInteger(epoch) && epoch >= 1);
  }
}

const LIST = { kind: "list", limit: 20, json: false };
const update = (input: unknown) => ({ kind: "update", runs: ["a"], input });
const keep = (name: string | null, which: unknown) => ({ kind: "keep", runs: ["a"], name, which });
const tensorboard = (runs: readonly string[]) => ({
  ...{ kind: "export", runs, follow: false },
  to: { kind: "tensorboard", folder: "logs" },
});
const mlflow = (url: string, experiment: string) => ({
  ...{ kind: "export", runs: ["a"], follow: false },
  to: { kind: "mlflow", url: new URL(url), experiment },
});
const resume = (epochs: number | null) => ({ kind: "resume", runs: ["a"], epochs });

/** Arguments between spaces, and the command that they mean. */
const COMMANDS: readonly (readonly [args: string, command: unknown])[] = [
  ["", LIST],
  ["list", LIST],
  ["--json -n 3", { ...LIST, limit: 3, json: true }],
  ["list --state running", { ...LIST, state: "RUNNING" }],
  ["show", { kind: "show", run: "latest", json: false }],
  ["show ab --json", { kind: "show", run: "ab", json: true }],
  ["follow", { kind: "follow", run: "latest", format: {} }],
  ["follow digits --csv", { kind: "follow", run: "digits", format: { csv: true } }],
  ["export --to tensorboard logs", tensorboard(["latest"])],
  ["export a b --follow --to tensorboard logs", { ...tensorboard(["a", "b"]), follow: true }],
  ["export --to tensorboard logs a", tensorboard(["a"])],
  ["export a --to mlflow https://h/p/", mlflow("https://h/p", "epochql")],
  ["export a --to mlflow h:5000 --experiment e", mlflow("http://h:5000", "e")],
  ["plot -o c.svg", { kind: "plot", runs: ["latest"], out: "c.svg", look: {} }],
  ["plot a --batches --out c.pdf", {
    ...{ kind: "plot", runs: ["a"], out: "c.pdf", look: { of: "steps" } },
  }],
  ["plot a b --train --theme dark --scale log -o c.png", {
    ...{ kind: "plot", runs: ["a", "b"], out: "c.png" },
    look: { theme: "dark", scale: "log", of: "train" },
  }],
  ["pause a b", { kind: "pause", runs: ["a", "b"] }],
  ["cancel a", { kind: "cancel", runs: ["a"] }],
  ["resume a", resume(null)],
  ["resume a -e 9", resume(9)],
  ["rename a b", update({ name: "b" })],
  ["tag a x y", update({ tags: ["x", "y"] })],
  ["tag a", update({ tags: [] })],
  ["note a text", update({ note: "text" })],
  ["delete a", { kind: "delete", runs: ["a"], yes: false }],
  ["delete -y a", { kind: "delete", runs: ["a"], yes: true }],
  ["keep a --name best", keep("best", {})],
  ["keep a --step 1875 --name best", keep("best", { step: 1875 })],
  ["keep a -e 3 --name b", keep("b", { epoch: 3 })],
  ["keep a --file f --name b", keep("b", { checkpoint: "f" })],
  ["release a --name best", keep(null, { checkpoint: "best" })],
  ["release a --step 4", keep(null, { step: 4 })],
];

/** Arguments between spaces, and the one line that says what is wrong. */
const PROBLEMS: readonly (readonly [args: string, problem: string | RegExp])[] = [
  ...["pause", "resume", "cancel", "delete"].map((verb) =>
    [verb, `Cannot run '${verb}': missing required argument 'run'. See --help.`] as const
  ),
  ...["0", "ten", "1.5", "10001", ""].map((epochs) =>
    [
      `resume a --epochs ${epochs}`,
      `Cannot resume with --epochs '${epochs}': --epochs must be a whole number between 1 and 10000.`,
    ] as const
  ),
  ["export a", /^Cannot run 'export': .*--to/],
  ["export a --to tensorboard", /--to must be 'tensorboard' and a folder.*, got 'tensorboard'/],
  ["export a --to mlflow ftp://h", /--to mlflow must be .* got 'ftp:\/\/h'/],
  ["export a --to excel f", /--to must be .*, got 'excel f'/],
  ["plot a", /^Cannot run 'plot': .*--out/],
  ["plot a --out c.jpg", /--out must end with \.svg or \.png or \.pdf, got 'c\.jpg'/],
  ["plot a b c d e f g h i --out c.svg", /at most 8 runs to compare, got 9/],
  ["plot a b --batches --out c.svg", /--batches must be used with one run, got several/],
  ["plot a --train --out c.svg", /--train must be used with several runs, got one/],
  ["keep a", /^Cannot run 'keep': .*--name/],
  [
    "keep a --name b --step 1 --epoch 2",
    "Cannot keep a checkpoint: it must be named by one of --step, --epoch and --file, got --step and --epoch.",
  ],
  [
    "release a",
    "Cannot release a checkpoint: it must be named by one of --name, --step, --epoch and --file, got none.",
  ],
  ["keep a --name b --step 0", /with --step '0': --step must be a whole number 1 or more\.$/],
  ["list --state BUSY", /^Cannot list runs with --state 'BUSY': /],
  ["list -n 0", /--limit must be a whole number 1 or more\.$/],
  ["bogus", /^Unknown command 'bogus'\. See --help\.$/],
  ["lst", /^Unknown command 'lst'\. Did you mean 'list'\? See --help\.$/],
  ["list --colour", /^Cannot run 'list': unknown option '--colour'/],
  ["list --jsn", /^[^\n]+$/],
];

describe("parseRuns()", () => {
  for (const [args, command] of COMMANDS) {
    it(`reads the command '${args}'`, () => {
      assertEquals(commandOf(...(args === "" ? [] : args.split(" "))), command);
    });
  }

  for (const [args, expected] of PROBLEMS) {
    it(`refuses '${args}' in one line`, () => {
      const problem = problemOf(...args.split(" "));
      if (typeof expected === "string") assertEquals(problem, expected);
      else assertMatch(problem, expected);
      assertNotMatch(problem, /\n/);
    });
  }

  it("takes the server before and after the command, and what a task runner hands on", () => {
    const rows = [
      ["--server", "here:1", "--token-file", "t", "workers"],
      ["workers", "-s", "here:1", "--token-file", "t"],
      ["--", "workers", "-s", "here:1", "--token-file", "t"],
    ];
    for (const args of rows) {
      assertEquals(parseRuns(args), {
        kind: "run",
        command: { kind: "workers", json: false },
        flags: { server: "here:1", tokenFile: "t" },
      });
    }
  });

  it("answers any arguments with a command that can be carried out, help, or one line", () => {
    const verbs = ["list", "show", "follow", "pause", "resume", "cancel", "delete", "workers"]
      .concat(["export", "plot", "rename", "tag", "note", "keep", "release", "lst", "help"]);
    const words = ["--", "-", "-h", "--help", "--json", "-y", "--yes", "--no-json", "latest", "-n5"]
      .concat(["", "\0", "\r\n", "\x1b[2J", "\u2028", "\ud800", "NaN", "1e3", " 7 ", "running"]);
    const flags = ["--server", "-s", "--token-file", "--state", "--limit", "-n", "--epochs", "-e"]
      .concat(["--to", "--experiment", "--out", "--name", "--step", "--epoch", "--file"])
      .concat(["--jsn", "--__proto__"]);
    const text = fc.oneof(
      fc.constantFrom(...words),
      fc.oneof(fc.integer({ min: -1, max: 20_000 }), fc.double()).map(String),
      fc.string({ unit: "binary", maxLength: 10 }),
    );
    const argument = fc.oneof(
      text.map((word) => [word]),
      fc.tuple(fc.constantFrom(...flags), text),
      fc.tuple(fc.constantFrom(...flags), text).map(([flag, value]) => [`${flag}=${value}`]),
    );
    const args = fc.tuple(fc.constantFrom(...verbs), fc.array(argument, { maxLength: 4 }))
      .map(([verb, others]) => [verb, ...others.flat()]);
    forAll([fc.oneof(args, fc.array(text))], (args) => {
      const parsed = parseRuns(args);
      switch (parsed.kind) {
        case "help":
          return assertMatch(parsed.text, /^Usage: deno task runs/);
        case "run":
          return assertUsable(parsed.command);
        case "wrong":
          return assertMatch(
            parsed.problems.join("\n"),
            /^(Cannot|Unknown command) [^\p{C}\p{Zl}\p{Zp}]+\.$/u,
          );
        default:
          return parsed satisfies never;
      }
    }, { numRuns: 1000 });
  });

  it("explains itself and every command", () => {
    const help = helpOf("--help");
    const verbs = ["list", "show", "follow", "pause", "resume", "cancel", "delete", "workers"];
    for (const verb of [...verbs, "keep", "release", "export"]) {
      assertMatch(help, new RegExp(`^  ${verb} `, "m"));
      assertMatch(helpOf(verb, "--help"), new RegExp(`^Usage: deno task runs ${verb} `));
    }
    assertMatch(help, /Exit codes: 0 done/);
  });
});
