/** The commands and flags of `deno task runs`. */
import assert from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseRuns, type RunsCommand } from "../../../cli/runs/flags.ts";

/** The command of arguments that are right. */
function commandOf(...args: readonly string[]): RunsCommand {
  const parsed = parseRuns(args);
  if (parsed.kind !== "run") throw new Error(`It must be a command, got ${JSON.stringify(parsed)}`);
  return parsed.command;
}

/** What is said to who asks for help. */
function helpOf(...args: readonly string[]): string {
  const parsed = parseRuns(args);
  if (parsed.kind !== "help") throw new Error(`It must be help, got ${JSON.stringify(parsed)}`);
  return parsed.text;
}

/** What is wrong with arguments. */
function problemOf(...args: readonly string[]): string {
  const parsed = parseRuns(args);
  if (parsed.kind !== "wrong") throw new Error(`It must be wrong, got ${JSON.stringify(parsed)}`);
  return parsed.problem;
}

describe("parseRuns()", () => {
  it("lists runs where nothing is asked for", () => {
    const list = { kind: "list", limit: 20, json: false };
    assert.deepEqual(commandOf(), list);
    assert.deepEqual(commandOf("list"), list);
    assert.deepEqual(commandOf("--json", "-n", "3"), { ...list, limit: 3, json: true });
    assert.deepEqual(commandOf("list", "--state", "running"), { ...list, state: "RUNNING" });
  });

  it("takes the latest run where one is to be seen and none is named", () => {
    assert.deepEqual(commandOf("show"), { kind: "show", run: "latest", json: false });
    assert.deepEqual(commandOf("follow"), { kind: "follow", run: "latest" });
    assert.deepEqual(commandOf("show", "ab", "--json"), { kind: "show", run: "ab", json: true });
  });

  it("takes any number of runs to change, and at least one", () => {
    assert.deepEqual(commandOf("pause", "a", "b"), { kind: "pause", runs: ["a", "b"] });
    assert.deepEqual(commandOf("cancel", "a"), { kind: "cancel", runs: ["a"] });
    const update = (input: unknown) => ({ kind: "update", runs: ["a"], input });
    assert.deepEqual(commandOf("rename", "a", "b"), update({ name: "b" }));
    assert.deepEqual(commandOf("tag", "a", "x", "y"), update({ tags: ["x", "y"] }));
    assert.deepEqual(commandOf("tag", "a"), update({ tags: [] }));
    assert.deepEqual(commandOf("note", "a", "text"), update({ note: "text" }));
    assert.deepEqual(commandOf("delete", "a"), { kind: "delete", runs: ["a"], yes: false });
    assert.deepEqual(commandOf("delete", "-y", "a"), { kind: "delete", runs: ["a"], yes: true });
    for (const verb of ["pause", "resume", "cancel", "delete"]) {
      assert.equal(problemOf(verb), "Cannot do that: missing required argument 'run'. See --help.");
    }
  });

  it("takes a number of epochs to resume to", () => {
    assert.deepEqual(commandOf("resume", "a"), { kind: "resume", runs: ["a"], epochs: null });
    assert.deepEqual(commandOf("resume", "a", "-e", "9"), {
      kind: "resume",
      runs: ["a"],
      epochs: 9,
    });
    for (const epochs of ["0", "ten", "1.5", "10001", ""]) {
      assert.equal(
        problemOf("resume", "a", "--epochs", epochs),
        `Cannot resume with --epochs '${epochs}': --epochs must be a whole number between 1 and 10000.`,
      );
    }
  });

  it("takes a name to keep a checkpoint by, and one way to choose it", () => {
    const keep = (name: string | null, which: unknown) => ({
      ...{ kind: "keep", runs: ["a"], name, which },
    });
    assert.deepEqual(commandOf("keep", "a", "--name", "best"), keep("best", {}));
    assert.deepEqual(
      commandOf("keep", "a", "--step", "1875", "--name", "best"),
      keep("best", { step: 1875 }),
    );
    assert.deepEqual(commandOf("keep", "a", "-e", "3", "--name", "b"), keep("b", { epoch: 3 }));
    assert.deepEqual(
      commandOf("keep", "a", "--file", "f", "--name", "b"),
      keep("b", { checkpoint: "f" }),
    );
    assert.deepEqual(
      commandOf("release", "a", "--name", "best"),
      keep(null, { checkpoint: "best" }),
    );
    assert.deepEqual(commandOf("release", "a", "--step", "4"), keep(null, { step: 4 }));
    assert.match(problemOf("keep", "a"), /^Cannot do that: .*--name/);
    assert.equal(
      problemOf("keep", "a", "--name", "b", "--step", "1", "--epoch", "2"),
      "Cannot keep a checkpoint: it must be named by one of --step, --epoch and --file, got --step and --epoch.",
    );
    assert.equal(
      problemOf("release", "a"),
      "Cannot release a checkpoint: it must be named by one of --name, --step, --epoch and --file, got none.",
    );
    assert.match(
      problemOf("keep", "a", "--name", "b", "--step", "0"),
      /with --step '0': --step must be a whole number 1 or more\.$/,
    );
  });

  it("takes the server before and after the command, and what a task runner hands on", () => {
    for (
      const args of [
        ["--server", "here:1", "--token-file", "t", "workers"],
        ["workers", "-s", "here:1", "--token-file", "t"],
        ["--", "workers", "-s", "here:1", "--token-file", "t"],
      ]
    ) {
      assert.deepEqual(parseRuns(args), {
        kind: "run",
        command: { kind: "workers", json: false },
        flags: { server: "here:1", tokenFile: "t" },
      });
    }
  });

  it("says what is wrong in one line", () => {
    assert.match(problemOf("list", "--state", "BUSY"), /^Cannot list runs with --state 'BUSY': /);
    assert.match(problemOf("list", "-n", "0"), /--limit must be a whole number 1 or more\.$/);
    assert.match(problemOf("list", "--colour"), /^Cannot do that: unknown option '--colour'/);
    assert.match(problemOf("lst"), /^Cannot do that: .*'?lst'?.* See --help\.$/);
    for (const problem of [problemOf("lst"), problemOf("list", "--jsn")]) {
      assert.doesNotMatch(problem, /\n/);
    }
  });

  it("explains itself and every command", () => {
    const help = helpOf("--help");
    for (
      const verb of [
        ...["list", "show", "follow", "pause", "resume", "cancel", "delete", "workers"],
        ...["keep", "release"],
      ]
    ) {
      assert.match(help, new RegExp(`^  ${verb} `, "m"));
      assert.match(helpOf(verb, "--help"), new RegExp(`^Usage: deno task runs ${verb} `));
    }
    assert.match(help, /Exit codes: 0 done/);
  });
});
