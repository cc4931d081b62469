/** `deno task train --config`: trainings in YAML and JSON, and problems with their positions. */
import { assert, assertEquals, assertMatch, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseFlags } from "../../cli/train/flags.ts";
import type { ParsedFlags } from "../../cli/train/parsed_flags.ts";
import { resolveSpec } from "../../ml/spec/resolve.ts";
import { runInputOf } from "../../ml/spec/run_input.ts";
import { MNIST_SIZE } from "../support/fake_run.ts";
import { startProgram } from "../support/program.ts";
import { folderPerTest } from "../support/temporary_folder.ts";

const PROGRAM = new URL("../../cli/train.ts", import.meta.url).pathname;

const RUN = `# A small residual network.
name: mine
network:
  layers:
    - conv2d: { outChannels: 4, kernelSize: 3 }
    - residual:
        body:
          - conv2d: { outChannels: 4, kernelSize: 1 }
          - relu: {}
    - flatten: {}
    - linear: {}
optimizer: { adamW: { weightDecay: 0.05 } }
schedule: { cosine: {} }
epochs: 3
seed: 7
`;

const REQUEST = {
  network: {
    layers: [
      { conv2d: { outChannels: 4, kernelSize: 3 } },
      { residual: { body: [{ conv2d: { outChannels: 4, kernelSize: 1 } }, { relu: {} }] } },
      { flatten: {} },
      { linear: {} },
    ],
  },
  optimizer: { adamW: { weightDecay: 0.05 } },
  schedule: { cosine: {} },
  epochs: 3,
  seed: 7,
};

describe("a training in a file", () => {
  const folder = folderPerTest();

  function parse(text: string, ...args: readonly string[]): ParsedFlags {
    const file = folder.join("run.yaml");
    Deno.writeTextFileSync(file, text);
    return parseFlags(["--config", file, ...args], { size: MNIST_SIZE, randomSeed: () => 42 });
  }

  function accepted(text: string, ...args: readonly string[]) {
    const parsed = parse(text, ...args);
    if (parsed.kind !== "train") fail(JSON.stringify(parsed));
    return parsed.flags;
  }

  function problems(text: string, ...args: readonly string[]) {
    const parsed = parse(text, ...args);
    if (parsed.kind !== "wrong") fail(JSON.stringify(parsed));
    return parsed.problems.map((line) => line.replaceAll(`${folder.path}/`, ""));
  }

  it("is that of the same input of startTraining", () => {
    const flags = accepted(RUN);
    assertEquals(flags.spec, resolveSpec(REQUEST, MNIST_SIZE));
    assertEquals([flags.name, flags.open], ["mine", []]);
  });

  it("may be JSON, such as the input of a run", () => {
    const spec = resolveSpec(REQUEST, MNIST_SIZE);
    assertEquals(accepted(JSON.stringify(runInputOf(spec, "run"), null, "\t")).spec, spec);
  });

  it("is overridden by flags", () => {
    const flags = accepted(RUN, "--epochs", "5", "--name", "other");
    assertEquals(flags.spec, resolveSpec({ ...REQUEST, epochs: 5 }, MNIST_SIZE));
    assertEquals(flags.name, "other");
    assertEquals(accepted(RUN, "--recipe", "DROPOUT_CNN").spec.recipe, "DROPOUT_CNN");
    assertEquals(accepted(RUN, "--preset", "mlp").spec.network.name, "MLP");
  });

  it("draws the seed and the name that it leaves open", () => {
    const flags = accepted("network: { preset: LENET }\n");
    assertEquals([flags.spec.seed, flags.name], [42, "LENET, seed 42"]);
    assertEquals(flags.open, ["seed", "name"]);
  });

  it("is only checked with --check", () => {
    const parsed = parse(RUN, "--check");
    assert(parsed.kind === "check");
    assertEquals(parsed.spec, resolveSpec(REQUEST, MNIST_SIZE));
    assertEquals(parse("epochs: 0", "--check").kind, "wrong");
  });

  const refused: readonly (readonly [text: string, ...problems: string[]])[] = [
    [
      "epohcs: 3",
      "run.yaml:1:9: Cannot train: setting 'epohcs' is not known. Did you mean epochs?",
    ],
    [
      "network:\n  layers:\n    - conv2d: { outChannels: 4, kernelSise: 3 }\n",
      "run.yaml:3:45: Cannot train: conv2d's option 'kernelSise' is not known. Did you mean kernelSize?",
      "run.yaml:3:15: Cannot train: conv2d must have kernelSize.",
    ],
    [
      "batchSize: 0\nseed: x\nname: 5",
      "run.yaml:1:12: Cannot train with batchSize 0: batchSize must be between 1 and 4096.",
      "run.yaml:2:7: Cannot train with seed 'x': seed must be between 0 and 2147483647.",
      "run.yaml:3:7: Cannot train with name 5: name must be a line of 1 to 100 characters.",
    ],
    [
      "name: 5\nbatchSize: 0\nepohcs: 3",
      "run.yaml:1:7: Cannot train with name 5: name must be a line of 1 to 100 characters.",
      "run.yaml:2:12: Cannot train with batchSize 0: batchSize must be between 1 and 4096.",
      "run.yaml:3:9: Cannot train: setting 'epohcs' is not known. Did you mean epochs?",
    ],
    [
      "epochs: [1",
      "run.yaml:1:11: Cannot read YAML: Flow sequence in block collection must be sufficiently indented and end with a ].",
    ],
    ["epochs: 1\nepochs: 2", "run.yaml:2:1: Cannot read YAML: Map keys must be unique."],
    ["a: 1\n---\nb: 2", "run.yaml:2:1: Cannot read YAML: there must be one document."],
    ["", "run.yaml:1:1: Cannot train: the file must have settings by name, got null."],
    ["- 1", "run.yaml:1:1: Cannot train: the file must have settings by name, got [1]."],
    [
      "network: { like: UnVuOjE }",
      "run.yaml:1:18: Cannot train with like: a file must have the layers themselves, as the API's run { input } has them.",
    ],
  ];
  for (const [text, ...expected] of refused) {
    it(`is refused: ${JSON.stringify(text)}`, () => {
      assertEquals(problems(text), expected);
    });
  }

  it("is the same in README.md for the API and for the terminal", () => {
    const readme = Deno.readTextFileSync(new URL("../../README.md", import.meta.url));
    const [, yaml = ""] = /```yaml\n(network:[^`]*)```/.exec(readme) ?? [];
    const [, body = ""] = /application\/json' -d '(\{\n[^']*)'/.exec(readme) ?? [];
    const { input } = JSON.parse(body).variables;
    assertEquals(accepted(yaml).spec, resolveSpec(input, MNIST_SIZE, () => 42));
  });

  it("is printed by --check without training, and its problems with exit code 2", async () => {
    const file = folder.join("run.yaml");
    await Deno.writeTextFile(file, RUN);
    const check = (...args: readonly string[]) =>
      startProgram({
        args: ["-A", PROGRAM, "--config", file, "--check", ...args],
        env: { EPOCHQL_HOME: folder.join("home") },
      }).end;
    const fine = await check();
    assertEquals([fine.code, fine.stderr], [0, ""]);
    assertMatch(fine.stdout, /0 \(Conv2d\) .*\nNetwork on MNIST: 3 epochs .*, seed 7\n$/s);
    await Deno.writeTextFile(file, RUN.replace("linear: {}", "linear: {}\n    - softmax: {}"));
    assertMatch((await check()).stdout, /seed 7\nWarning: The loss crossEntropy should .*\.\n$/);
    const wrong = await check("--epochs", "0");
    assertEquals([wrong.code, wrong.stdout], [2, ""]);
    assertMatch(wrong.stderr, /^Cannot train with --epochs 0: .*\.\n$/);
    assertEquals(await Deno.stat(folder.join("home")).catch(() => undefined), undefined);
  });

  it("is refused where it contains itself", () => {
    const [problem, ...others] = problems("network: &a { layers: [*a] }");
    assertEquals(others, []);
    assert(problem?.startsWith("run.yaml:1:1: Cannot read YAML: "), problem);
  });

  it("is refused with the flag's name where a flag is wrong", () => {
    assertEquals(problems(RUN, "--epochs", "0"), [
      "Cannot train with --epochs 0: --epochs must be between 1 and 10000.",
    ]);
    const [problem] = problems(RUN, "--preset", "MPL");
    assert(problem?.startsWith("Cannot train with --preset 'MPL': --preset must be one of MLP, "));
    assertEquals(problems(RUN, "--preset", "MLP", "--recipe", "BASIC_CNN"), [
      "Cannot train: option '-p, --preset <name>' cannot be used with option '-r, --recipe <name>'. See --help.",
    ]);
  });

  it("is refused where it is not there", () => {
    const parsed = parseFlags(["--config", "missing.yaml"], { size: MNIST_SIZE });
    assertEquals(parsed, {
      kind: "wrong",
      problems: ["Cannot train with --config 'missing.yaml': there is no such file."],
    });
  });
});
