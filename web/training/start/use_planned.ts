/** The plan of a training that is not started yet: its learning rates and its augmentation. */
import { useEffect, useState } from "react";
import type { DatasetShape } from "../../../ml/spec/spec.ts";
import type { StartTrainingInput } from "../operations.ts";
import { type AugmentedInput, augmentedInput } from "./augmented_input.ts";
import { DEFAULT_CHOICE } from "./dataset/chosen_dataset.ts";
import { plannedRates } from "./planned_rates.ts";

/**
 * Plans the training of a form.
 *
 * @param read returns the input of the form
 */
export function usePlanned(read: () => StartTrainingInput, dataset: DatasetShape) {
  const [rates, setRates] = useState<readonly number[]>([]);
  const [augmented, setAugmented] = useState<AugmentedInput>();
  /** Reads the form again. */
  const refresh = () => {
    const input = read() ?? {};
    setRates(plannedRates(input, dataset));
    setAugmented(augmentedInput(input, dataset));
  };
  useEffect(() => {
    if (dataset !== DEFAULT_CHOICE || rates.length > 0) refresh();
  }, [dataset]);
  return { rates, augmented, refresh };
}
