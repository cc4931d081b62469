/** The training that an import suggests. */
import { firstTraining } from "../../ml/spec/enough_steps.ts";

/** Returns the command that trains on a dataset. */
export function suggestTraining(
  name: string,
  kind: "images" | "features",
  trainSamples: number,
): string {
  const { preset, learningRate, batchSize, epochs } = firstTraining(kind, trainSamples);
  const flags = [
    ["preset", preset],
    ["learning-rate", learningRate],
    ["batch-size", batchSize],
    ["epochs", epochs],
  ].filter(([, value]) => value !== undefined);
  return [
    `deno task train --dataset ${name}`,
    ...flags.map(([flag, value]) => `--${flag} ${value}`),
  ]
    .join(" ");
}
