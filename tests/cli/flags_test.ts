/** The flags of the headless training: what they mean, what is refused, and the help. */
import {
  assertEquals,
  AssertionError,
  assertMatch,
  assertNotEquals,
  assertNotMatch,
} from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { CSV, JSON_LINES, TEXT } from "../../cli/terminal/epoch_format.ts";
import fc from "fast-check";
import { parseFlags } from "../../cli/train/flags.ts";
import type { ParsedFlags } from "../../cli/train/parsed_flags.ts";
import { RECIPE_NAMES, RECIPES } from "../../ml/spec/recipes.ts";
import { runInputOf } from "../../ml/spec/run_input.ts";
import { resolveSpec } from "../../ml/spec/resolve.ts";
import { storedSpecProblem } from "../../ml/spec/stored_spec.ts";
import { SPEC_FIELDS } from "../../ml/spec/fields.ts";
import { DEVICES } from "../../ml/spec/spec.ts";
import { forAll } from "../support/for_all.ts";
import { anEpoch, MNIST_SIZE } from "../support/fake_run.ts";

const CONTEXT = { size: MNIST_SIZE, columns: 100, randomSeed: () => 42 } as const;

function unexpected(parsed: ParsedFlags): AssertionError {
  return new AssertionError(`not expected: ${JSON.stringify(parsed)}`);
}

function flagsIn(parsed: ParsedFlags) {
  if (parsed.kind !== "train") throw unexpected(parsed);
  return parsed.flags;
}

const accepted = (...args: string[]) => flagsIn(parseFlags(args, CONTEXT));

function problems(...args: string[]): readonly string[] {
  const parsed = parseFlags(args, CONTEXT);
  if (parsed.kind !== "wrong") throw unexpected(parsed);
  return parsed.problems;
}

describe("parseFlags(), of several values", () => {
  function several(...args: string[]) {
    const parsed = parseFlags(args, CONTEXT);
    if (parsed.kind !== "several") throw unexpected(parsed);
    return parsed.trainings;
  }

  it("makes a training of each, with one seed, which name and folder tell from the others", () => {
    const trainings = several(..."--learning-rate 0.001,0.01 --epochs 2 --out curves".split(" "));
    assertEquals(
      trainings.map(({ text, flags, output }) => [
        ...[text, flags.name, flags.spec.learningRate, flags.spec.seed, flags.spec.epochs],
        output.out,
      ]),
      ["0.001", "0.01"].map((rate) => [
        ...[`learning rate ${rate}`, `BASIC_CNN, learning rate ${rate}`, Number(rate)],
        ...[42, 2, `curves/learning-rate-${rate}`],
      ]),
    );
  });

  it("combines those of several flags, and takes each value once", () => {
    assertEquals(
      several("--batch-size", "16, 32,16", "--seed", "1,2").map(({ text }) => text),
      [
        ...["batch size 16, seed 1", "batch size 16, seed 2"],
        ...["batch size 32, seed 1", "batch size 32, seed 2"],
      ],
    );
    assertEquals(
      several("--seed", "1,2", "--name", "digits").map(({ flags }) => flags.name),
      ["digits, seed 1", "digits, seed 2"],
    );
    assertEquals(accepted("--learning-rate", "0.01,0.01").spec.learningRate, 0.01);
  });

  it("takes no comma in a fraction for one between values", () => {
    assertMatch(problems("--learning-rate", "0,01")[0] ?? "", /got '?0,01|--learning-rate '0,01'/);
    assertEquals(several("--learning-rate", "1, 5").length, 2);
    assertEquals(several("--epochs", "1,5").length, 2);
  });

  it("names the run of each line, in every form, below one head", () => {
    const linesOf = (...flags: string[]) =>
      several("--seed", "1,2", ...flags).flatMap(({ output: { format: { head, line } } }) => [
        ...head === undefined ? [] : [head],
        line(anEpoch(1)),
      ]);
    const plain = (format: typeof CSV) => format.line(anEpoch(1));
    const runs = ["BASIC_CNN, seed 1", "BASIC_CNN, seed 2"];
    assertEquals(linesOf(), runs.map((run) => `${run}: ${plain(TEXT)}`));
    const rows = runs.map((run) => `"${run}",${plain(CSV)}`);
    assertEquals(linesOf("--csv"), [`run,${CSV.head}`, ...rows]);
    assertEquals(
      linesOf("--json").map((line) => JSON.parse(line)),
      runs.map((run) => ({ run, ...JSON.parse(plain(JSON_LINES)) })),
    );
  });

  it("reports every wrong value once, and what cannot be combined", () => {
    assertEquals(problems("--epochs", "0,2,x", "--batch-size", "9999"), [
      ...problems("--epochs", "0", "--batch-size", "9999"),
      ...problems("--epochs", "x"),
    ]);
    assertEquals(problems("--seed", "1,2,3", "--epochs", "1,2,3"), [
      "Cannot train: the values of --epochs and --seed must make at most 8 trainings, got 9.",
    ]);
    for (const alone of [["--idempotency-key", "k"], ["--show-plan"]]) {
      assertEquals(problems("--seed", "1,2", ...alone), [
        `Cannot train: ${alone[0]} must be used with one value of each flag, got 2 trainings.`,
      ]);
    }
    assertMatch(problems("--seed", "1,2", "--name", "n".repeat(95))[0] ?? "", /at most 100/);
  });
});

describe("parseFlags()", () => {
  it("asks for what startTraining asks for without arguments", () => {
    const flags = accepted();
    assertEquals(flags.spec, resolveSpec({}, MNIST_SIZE, () => 42));
    assertEquals(flags.name, "BASIC_CNN, seed 42");
    assertEquals(flags.open, ["seed", "name"]);
    assertEquals(flags.idempotencyKey, undefined);
  });

  it("has a flag for every field of StartTrainingInput", () => {
    const flags = accepted(
      ..."--recipe DROPOUT_CNN --name digits --epochs 2 --batch-size 16".split(" "),
      ..."--learning-rate 5e-3 --seed 7 --device CPU --engine native --train-samples 600 --test-samples 500"
        .split(" "),
      ..."--idempotency-key monday --out curves".split(" "),
    );
    assertEquals(flags, {
      spec: {
        ...resolveSpec({ recipe: "DROPOUT_CNN" }, MNIST_SIZE),
        ...{ epochs: 2, batchSize: 16, learningRate: 0.005, seed: 7, device: "CPU" },
        ...{ engine: "NATIVE", trainSamples: 600, testSamples: 500 },
      },
      name: "digits",
      idempotencyKey: "monday",
      open: [],
    });
  });

  it("prints epochs as text, JSON or CSV, and writes the results to the folder of --out", () => {
    const rows = [
      [[], { format: TEXT, out: undefined }],
      [["--json"], { format: JSON_LINES, out: undefined }],
      [["--csv", "--out", "curves"], { format: CSV, out: "curves" }],
    ] as const;
    for (const [args, output] of rows) {
      const parsed = parseFlags(args, CONTEXT);
      assertEquals(parsed.kind === "train" && parsed.output, output);
    }
    assertMatch(problems("--csv", "--json")[0] ?? "", /cannot be used with/);
  });

  it("takes the settings of an earlier run, and flags before them", () => {
    const args = ["--like", "latest", "--epochs", "4"];
    assertEquals(parseFlags(args, CONTEXT), { kind: "like", run: "latest" });
    const spec = resolveSpec({ recipe: "WIDE_KERNEL_CNN", seed: 3, epochs: 9 }, MNIST_SIZE);
    const flags = flagsIn(parseFlags(args, { ...CONTEXT, like: runInputOf(spec, "run") }));
    assertEquals(flags.spec, { ...spec, epochs: 4 });
    assertEquals(flags.name, "WIDE_KERNEL_CNN, seed 3, epochs 4");
    assertMatch(problems("--like", "a", "--config", "b")[0] ?? "", /cannot be used with/);
  });

  it("resumes a run as it is, but for more epochs", () => {
    const resumed = (...args: string[]) => parseFlags(["--resume", "digits", ...args], CONTEXT);
    const output = { format: TEXT, out: undefined };
    const flags = { run: "digits", epochs: undefined };
    assertEquals(resumed(), { kind: "resume", flags, output });
    assertEquals(resumed("-e", "7"), { kind: "resume", flags: { ...flags, epochs: 7 }, output });
    for (const flag of ["--seed=1", "--batch-size=8", "--name=b", "--like=b", "--check"]) {
      const parsed = resumed(flag);
      assertMatch(parsed.kind === "wrong" && parsed.problems[0] || "", /cannot be used with/, flag);
    }
    assertEquals(resumed("--epochs", "1O"), {
      kind: "wrong",
      problems: ["Cannot resume with --epochs '1O': it must be a whole number."],
    });
  });

  it("takes the recipe's defaults where a flag is left out", () => {
    for (const recipe of RECIPE_NAMES) {
      const settingsOf = (
        { epochs, batchSize, learningRate }: Record<
          "epochs" | "batchSize" | "learningRate",
          number
        >,
      ) => [epochs, batchSize, learningRate];
      assertEquals(settingsOf(accepted("--recipe", recipe).spec), settingsOf(RECIPES[recipe]));
    }
  });

  it("knows recipes and devices however they are written", () => {
    assertEquals(accepted("--recipe", "wide-kernel-cnn").spec.recipe, "WIDE_KERNEL_CNN");
    assertEquals(accepted("--device", "cpu").spec.device, "CPU");
  });

  it("takes for AUTO the device that the settings name", () => {
    const deviceOf = (...args: string[]) =>
      flagsIn(parseFlags(args, { ...CONTEXT, device: "CPU" })).spec.device;
    assertEquals([deviceOf(), deviceOf("--device", "AUTO")], ["CPU", "CPU"]);
    assertEquals(deviceOf("--device", "cuda"), "CUDA");
  });

  it("takes for AUTO the engine that the settings name, where the device knows it", () => {
    const engineOf = (...args: string[]) =>
      flagsIn(parseFlags(args, { ...CONTEXT, engine: "NATIVE" })).spec.engine;
    assertEquals(engineOf(), "NATIVE");
    assertEquals(engineOf("--engine", "auto", "--device", "cpu"), "NATIVE");
    assertEquals(engineOf("--engine", "tensorflow"), "TENSORFLOW");
    assertEquals(engineOf("--device", "cuda"), "AUTO");
  });

  it("asks for the plan of the training that the other flags describe", () => {
    const parsed = parseFlags(["--show-plan", "--recipe", "wide-kernel-cnn"], CONTEXT);
    assertEquals(parsed.kind === "plan" && parsed.spec.recipe, "WIDE_KERNEL_CNN");
    assertEquals(parseFlags(["--show-plan", "--epochs", "0"], CONTEXT).kind, "wrong");
  });

  it("takes the '--' that the task runner hands on", () => {
    assertEquals(accepted("--", "--epochs", "2").spec.epochs, 2);
  });

  it("takes the limits themselves, and nothing beyond them", () => {
    const flags = [
      ["--epochs", SPEC_FIELDS.epochs.rule],
      ["--batch-size", SPEC_FIELDS.batchSize.rule],
      ["--seed", SPEC_FIELDS.seed.rule],
      ["--train-samples", { min: 1, max: MNIST_SIZE.trainSize }],
      ["--test-samples", { min: 1, max: MNIST_SIZE.testSize }],
    ] as const;
    for (const [flag, { min, max }] of flags) {
      accepted(flag, String(min));
      accepted(flag, String(max));
      assertEquals(problems(flag, String(max + 1)), [
        `Cannot train with ${flag} ${max + 1}: ${flag} must be between ${min} and ${max}.`,
      ]);
      assertEquals(problems(flag, String(min - 1)).length, 1);
    }
  });

  it("refuses what is no number", () => {
    assertEquals(problems("--epochs", "many"), [
      "Cannot train with --epochs 'many': --epochs must be between 1 and 10000.",
    ]);
    const texts = ["NaN", "Infinity", "-Infinity", "0", "-1", "", " ", "0x1", "1,5", "1e-999"];
    for (const text of texts) {
      const found = problems("--learning-rate", text);
      assertEquals(found.length, 1, text);
      assertMatch(found[0] ?? "", /: --learning-rate must be above 0 and at most 100\.$/);
    }
    assertMatch(problems("--epochs", "1.5")[0] ?? "", /must be a whole number between 1 and 10000/);
  });

  it("names every wrong flag, a line each", () => {
    const found = problems(
      ..."--recipe vgg --epochs 0 --batch-size 70000 --learning-rate nan --seed -1".split(" "),
      ..."--device tpu --train-samples 60001 --test-samples 0 --name".split(" "),
      "two\nlines",
      "--idempotency-key",
      "k".repeat(256),
      "--out",
      "",
    );
    const named = found.map((line) => /^Cannot train with (--[a-z-]+) /.exec(line)?.[1]);
    assertEquals(named.toSorted(), [
      ...["--batch-size", "--device", "--epochs", "--idempotency-key", "--learning-rate"],
      ...["--name", "--out", "--recipe", "--seed", "--test-samples", "--train-samples"],
    ]);
    for (const line of found) assertMatch(line, /^[^\n]+: --[a-z-]+ must be [^\n]+\.$/);
  });

  it("answers any arguments with a spec in the limits, help, or a line for each that is wrong", () => {
    const flags = ["recipe", "epochs", "batch-size", "learning-rate", "seed", "device"]
      .concat(["train-samples", "test-samples", "name", "idempotency-key", "out"])
      .map((flag) => `--${flag}`);
    const words = [
      "--",
      "-",
      "-e",
      "-e2",
      "-h",
      "--help",
      "--no-name",
      "DROPOUT_CNN",
      "cpu",
      "auto",
    ]
      .concat(["NaN", "Infinity", "1e3", " 7 ", "0x1f", "\n", "\x1b[2J", "\u2028", "\ud800", "é"]);
    const text = fc.oneof(
      fc.constantFrom(...words),
      fc.oneof(fc.integer({ min: -1, max: 70_000 }), fc.double()).map(String),
      fc.string({ unit: "binary", maxLength: 10 }),
      fc.string({ minLength: 90, maxLength: 300 }),
    );
    const pair = fc.tuple(fc.constantFrom(...flags), text);
    const argument = fc.oneof(
      { weight: 4, arbitrary: pair },
      { weight: 1, arbitrary: pair.map(([flag, value]) => [`${flag}=${value}`]) },
      { weight: 1, arbitrary: text.map((word) => [word]) },
      { weight: 1, arbitrary: fc.constantFrom(...flags).map((flag) => [flag]) },
    );
    forAll([fc.array(argument, { maxLength: 5 })], (args) => {
      const parsed = parseFlags(args.flat(), CONTEXT);
      switch (parsed.kind) {
        case "help":
          return assertMatch(parsed.text, /^Usage: deno task train/);
        case "train":
          // A value that was read is read again by the next reader.
          return assertEquals(storedSpecProblem(parsed.flags.spec), undefined);
        case "several":
          return assertEquals(parsed.trainings.length > 1, true);
        case "wrong":
          assertNotEquals(parsed.problems.length, 0);
          for (const line of parsed.problems) {
            assertMatch(line, /^Cannot train( with --[a-z-]+ [^\p{C}\p{Zl}\p{Zp}]*)?: .+\.$/u);
            assertNotMatch(line, /[\p{C}\p{Zl}\p{Zp}]/u);
          }
          return;
        case "check":
        case "elsewhere":
        case "like":
        case "plan":
        case "resume":
          throw unexpected(parsed);
        default:
          return parsed satisfies never;
      }
    }, { numRuns: 1000 });
  });

  it("says what was meant by a misspelt flag", () => {
    assertEquals(problems("--epohcs", "1"), [
      "Cannot train: unknown option '--epohcs' (Did you mean --epochs?). See --help.",
    ]);
  });

  it("refuses what is no flag, and a flag without its value", () => {
    assertMatch(problems("5")[0] ?? "", /^Cannot train: too many arguments.*See --help\.$/);
    assertMatch(problems("--epochs")[0] ?? "", /^Cannot train: option .* argument missing\./);
  });

  it("explains every flag with the limits and defaults that hold", () => {
    const parsed = parseFlags(["--help"], { ...CONTEXT, columns: 200 });
    if (parsed.kind !== "help") throw unexpected(parsed);
    const { text } = parsed;
    const grouped = (value: number) => value.toLocaleString("en-US");
    assertMatch(text, new RegExp(`--epochs .*1 to ${grouped(SPEC_FIELDS.epochs.rule.max)}`));
    assertMatch(text, new RegExp(`--batch-size .*1 to ${grouped(SPEC_FIELDS.batchSize.rule.max)}`));
    assertMatch(text, new RegExp(`--seed .*0 to ${grouped(SPEC_FIELDS.seed.rule.max)}`));
    assertMatch(text, new RegExp(`--learning-rate .*at most ${SPEC_FIELDS.learningRate.rule.max}`));
    assertMatch(text, /--train-samples .*60,000/);
    for (const device of DEVICES) assertMatch(text, new RegExp(`--device .*${device}`));
    for (const recipe of RECIPE_NAMES) {
      const { epochs, batchSize, learningRate } = RECIPES[recipe];
      assertMatch(text, new RegExp(`${recipe} .* ${epochs} +${batchSize} +${learningRate}\n`));
    }
    assertMatch(text, /Exit codes: 0 done, 1 failed, 2 .*, 130 Ctrl-C/);
  });

  it("reads the weights to begin with: a run, its epoch, or a file", () => {
    const startOf = (text: string) => {
      const parsed = parseFlags(["--start-from", text], { size: MNIST_SIZE });
      return parsed.kind === "train" ? parsed.flags.startFrom : parsed;
    };
    assertEquals(startOf("752c281d"), { checkpoint: { runId: "752c281d" } });
    assertEquals(startOf("752c281d@3"), { checkpoint: { runId: "752c281d", epoch: 3 } });
    assertEquals(startOf("752c281d@x"), { checkpoint: { runId: "752c281d", epoch: "x" } });
    assertEquals(startOf("w.safetensors"), { file: "w.safetensors" });
    assertEquals(startOf("./weights"), { file: "./weights" });
  });
});
