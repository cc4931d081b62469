/** The contenders: PyTorch and Keras in idiomatic code, and epochql. */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { RECIPE_NAMES } from "../../ml/spec/recipes.ts";
import type { EngineName } from "../../ml/spec/spec.ts";
import { runForJson } from "../processes.ts";
import { BENCH_NETWORKS, type BenchNetwork } from "./spec.ts";
import { measurePeer, type PythonName } from "./python.ts";
import type { Effort, Sample } from "./sample.ts";
import { measureStack } from "../stack.ts";

/** Folders and programs that contenders need. */
export interface Places {
  /** Pythons with the peers installed; undefined if no peer of one is measured. */
  readonly pythons: Readonly<Record<PythonName, string | undefined>>;
  /** Folder of our runs, with data/ in it. */
  readonly home: string;
  /** A folder in which torchvision finds MNIST. */
  readonly torchvision: string;
}

/** A contender: a program that trains one network. */
export interface Contender {
  /** As --only takes it. */
  readonly name: string;
  readonly label: string;
  readonly network: BenchNetwork;
  /** The Python that it needs. */
  readonly python?: PythonName;
  measure(places: Places, effort: Effort): Promise<Sample>;
}

/** All, in the order of the table. */
export const CONTENDERS: readonly Contender[] = BENCH_NETWORKS.flatMap((network) => {
  const isRecipe = RECIPE_NAMES.some((name) => name === network);
  const [memory, channelsLast] = [["torch_memory.py"], ["torch_memory.py", "--channels-last"]];
  return [
    ...(isRecipe ? [peer("pytorch", "PyTorch, in memory", network, memory)] : []),
    ...(network === "BASIC_CNN" || !isRecipe
      ? [
        peer("pytorch-channels-last", "PyTorch, in memory, channels_last", network, channelsLast),
        peer(
          "pytorch-newest",
          "PyTorch 2.15, in memory, channels_last",
          network,
          channelsLast,
          "newest",
        ),
      ]
      : []),
    ...(network === "BASIC_CNN"
      ? [
        peer("pytorch-loader-0", "PyTorch, DataLoader", network, ["torch_loader.py"]),
        peer("pytorch-loader-2", "PyTorch, DataLoader, 2 workers", network, [
          "torch_loader.py",
          "--workers",
          "2",
        ]),
      ]
      : []),
    ...(isRecipe ? [peer("keras", "Keras, fit", network, ["keras_fit.py"])] : []),
    ...(network === "BASIC_CNN" ? [alone(network)] : []),
    stack("epochql", "epochql, whole stack", network, "AUTO"),
    stack("epochql-tensorflow", "epochql, whole stack, TensorFlow", network, "TENSORFLOW"),
  ];
});

function stack(
  name: string,
  label: string,
  network: BenchNetwork,
  engine: EngineName,
): Contender {
  return {
    name,
    label,
    network,
    measure: ({ home }, effort) => measureStack({ network, engine, home }, effort),
  };
}

function peer(
  name: string,
  label: string,
  network: BenchNetwork,
  script: readonly string[],
  python: PythonName = "peers",
): Contender {
  return {
    name,
    label,
    network,
    python,
    measure({ pythons, torchvision }, effort) {
      const path = pythons[python];
      if (path === undefined) throw new Error(`Cannot measure ${label}: it needs Python.`);
      return measurePeer(path, script, { network, dataFolder: torchvision, effort });
    },
  };
}

function alone(network: BenchNetwork): Contender {
  return {
    name: "epochql-alone",
    label: "epochql, train() alone",
    network,
    measure: async ({ home }, { warmUp, seconds }) =>
      await runForJson(Deno.execPath(), [
        "run",
        "-A",
        fileURLToPath(new URL("alone.ts", import.meta.url)),
        network,
        join(home, "data"),
        String(warmUp),
        String(seconds),
      ]) as Sample,
  };
}
