/** The contenders: PyTorch and Keras in idiomatic code, and epochql. */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { type Recipe, RECIPE_NAMES } from "../../ml/spec/recipes.ts";
import type { EngineName } from "../../ml/spec/spec.ts";
import { runForJson } from "../processes.ts";
import { measurePeer } from "./python.ts";
import type { Effort, Sample } from "./sample.ts";
import { measureStack } from "../stack.ts";

/** Folders and programs that contenders need. */
export interface Places {
  /** A Python with the peers installed; undefined if none is measured. */
  readonly python: string | undefined;
  /** Folder of our runs, with data/ in it. */
  readonly home: string;
  /** A folder in which torchvision finds MNIST. */
  readonly torchvision: string;
}

/** A contender: a program that trains one recipe. */
export interface Contender {
  /** As --only takes it. */
  readonly name: string;
  readonly label: string;
  readonly recipe: Recipe;
  readonly needsPython: boolean;
  measure(places: Places, effort: Effort): Promise<Sample>;
}

/** All, in the order of the table. */
export const CONTENDERS: readonly Contender[] = RECIPE_NAMES.flatMap((recipe) => [
  peer("pytorch", "PyTorch, in memory", recipe, ["torch_memory.py"]),
  ...(recipe === "BASIC_CNN"
    ? [
      peer("pytorch-channels-last", "PyTorch, in memory, channels_last", recipe, [
        "torch_memory.py",
        "--channels-last",
      ]),
      peer("pytorch-loader-0", "PyTorch, DataLoader", recipe, ["torch_loader.py"]),
      peer("pytorch-loader-2", "PyTorch, DataLoader, 2 workers", recipe, [
        "torch_loader.py",
        "--workers",
        "2",
      ]),
    ]
    : []),
  peer("keras", "Keras, fit", recipe, ["keras_fit.py"]),
  ...(recipe === "BASIC_CNN" ? [alone(recipe)] : []),
  stack("epochql", "epochql, whole stack", recipe, "AUTO"),
  stack("epochql-tensorflow", "epochql, whole stack, TensorFlow", recipe, "TENSORFLOW"),
]);

function stack(name: string, label: string, recipe: Recipe, engine: EngineName): Contender {
  return {
    name,
    label,
    recipe,
    needsPython: false,
    measure: ({ home }, effort) => measureStack({ recipe, engine, home }, effort),
  };
}

function peer(
  name: string,
  label: string,
  recipe: Recipe,
  script: readonly string[],
): Contender {
  return {
    name,
    label,
    recipe,
    needsPython: true,
    measure({ python, torchvision }, effort) {
      if (python === undefined) throw new Error(`Cannot measure ${label}: it needs Python.`);
      return measurePeer(python, script, { recipe, dataFolder: torchvision, effort });
    },
  };
}

function alone(recipe: Recipe): Contender {
  return {
    name: "epochql-alone",
    label: "epochql, train() alone",
    recipe,
    needsPython: false,
    measure: async ({ home }, { warmUp, seconds }) =>
      await runForJson(Deno.execPath(), [
        "run",
        "-A",
        fileURLToPath(new URL("alone.ts", import.meta.url)),
        recipe,
        join(home, "data"),
        String(warmUp),
        String(seconds),
      ]) as Sample,
  };
}
