/** The training that an import suggests: one that learns, however few samples there are. */
import type { Preset } from "../../ml/network/presets.ts";
import { enoughSteps } from "../../ml/spec/enough_steps.ts";
import { OWN_NETWORK } from "../../ml/spec/resolve.ts";

/** Returns the command that trains on a dataset. */
export function suggestTraining(
  name: string,
  kind: "images" | "features",
  trainSamples: number,
): string {
  const { batchSize, epochs } = enoughSteps(trainSamples);
  const isSmall = batchSize < OWN_NETWORK.batchSize || epochs > OWN_NETWORK.epochs;
  // Plain SGD is slow at the default learning rate, but for networks with batch norm, which few images need.
  const [preset, rate]: readonly [Preset, string] = kind !== "images"
    ? ["MLP", " --learning-rate 0.1"]
    : isSmall
    ? ["RESNET_SMALL", ""]
    : ["LENET", " --learning-rate 0.1"];
  const steps = isSmall ? ` --batch-size ${batchSize} --epochs ${epochs}` : "";
  return `deno task train --dataset ${name} --preset ${preset}${rate}${steps}`;
}
