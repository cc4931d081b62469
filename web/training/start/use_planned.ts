/** The plan of a training that is not started yet: its learning rates and its augmentation. */
import { useState } from "react";
import type { StartTrainingInput } from "../operations.ts";
import { type AugmentedInput, augmentedInput } from "./augmented_input.ts";
import { plannedRates } from "./planned_rates.ts";

/** @param read returns the input of the form */
export function usePlanned(read: () => StartTrainingInput) {
  const [rates, setRates] = useState<readonly number[]>([]);
  const [augmented, setAugmented] = useState<AugmentedInput>();
  return {
    rates,
    augmented,
    /** Reads the form again. */
    refresh() {
      const input = read() ?? {};
      setRates(plannedRates(input));
      setAugmented(augmentedInput(input));
    },
  };
}
