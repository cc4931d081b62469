/**
 * Networks with batch norm against PyTorch: losses and statistics of a training. The numbers come from
 * tools/golden_presets.py.
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Engine } from "../../../ml/engines/engine.ts";
import type { StateArray } from "../../../ml/state.ts";
import { stateShapes } from "../../../ml/checkpoint/state_shapes.ts";
import type { Network } from "../../../ml/network/network.ts";
import { layers } from "../../../ml/network/parse.ts";
import { type Preset, PRESETS } from "../../../ml/network/presets.ts";
import golden from "../golden/presets.json" with { type: "json" };
import { assertProbe, type Probe } from "../layers/numbers.ts";
import { mnist } from "../support/datasets.ts";
import { CPU_ENGINES } from "../support/engines.ts";

const { seed, trainSamples, batchSize, learningRate, momentum, mean, std, stateStep } = golden;

const SGD = { kind: "sgd", momentum, dampening: 0, weightDecay: 0, nesterov: false } as const;

function networkOf(preset: Preset, inputShape: Network["inputShape"]): Network {
  return {
    name: preset,
    inputShape,
    normalization: { mean: [mean], std: [std] },
    layers: layers(PRESETS[preset].layers),
  };
}

async function replay({ preset, losses }: typeof golden.trained[number], engine: Engine) {
  const session = await engine.prepare({
    network: networkOf(preset as Preset, [28, 28, 1]),
    loss: { kind: "crossEntropy", labelSmoothing: 0, classWeights: null },
    optimizer: SGD,
    learningRate,
    batchSize,
    seed,
    train: await mnist("train", trainSamples),
    test: await mnist("test", 100),
  });
  try {
    const order = Int32Array.from(
      { length: losses.length * batchSize },
      (_, row) => (row * 7919) % trainSamples,
    );
    const cut = stateStep * batchSize;
    const first = await session.trainSteps(order.subarray(0, cut), 1);
    const state = await session.readState();
    const rest = await session.trainSteps(order.subarray(cut), stateStep + 1);
    return { losses: [...first.losses, ...rest.losses], state };
  } finally {
    session.dispose();
  }
}

const RUNS = golden.trained.flatMap((run) =>
  CPU_ENGINES.map(([name, open]) => [name, run, open] as const)
);

for (const [name, run, open] of RUNS) {
  describe(`${run.preset} by ${name} from the same weights as PyTorch ${golden.torch}`, () => {
    const replayed = open().then((engine) => replay(run, engine));

    it("has PyTorch's loss at every step", async () => {
      const { losses } = await replayed;
      for (const [step, loss] of run.losses.entries()) {
        const got = losses[step] ?? NaN;
        assert(Math.abs(got - loss) < 1e-4 * loss, `step ${step + 1}: ${got}, not ${loss}`);
      }
    });

    it("has PyTorch's weights and running statistics after half of the steps", async () => {
      const { state } = await replayed;
      const found = new Map(state.map((array): [string, StateArray] => [array.name, array]));
      for (const [name, probe] of Object.entries<Probe>(run.state)) {
        const array = found.get(name);
        assertEquals(array?.shape, probe.shape, name);
        // Running means are small beside the deviation of what they are the means of, which is about 1.
        const least = name.includes("running") ? 1 : 0.1;
        assertProbe(name, array?.values ?? new Float32Array(), probe, 1e-4, least);
      }
    });
  });
}

describe(`RESNET18 beside torchvision ${golden.torchvision}`, () => {
  it("has exactly the arrays of resnet18(num_classes=10), so that its state loads strictly", () => {
    const network = networkOf("RESNET18", [64, 64, 3]);
    const ours = stateShapes({ network, optimizer: { ...SGD, momentum: 0 } });
    assertEquals(Object.fromEntries(ours), golden.resnet18);
  });
});
