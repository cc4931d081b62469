/// <reference lib="dom" />
/** The dataset to train on. */
import { useState } from "react";
import { SelectField } from "../../../parts/select_field.tsx";
import { type ChosenDataset, DEFAULT_CHOICE } from "./chosen_dataset.ts";
import { useTrainable } from "./use_trainable.ts";

interface DatasetSelectProps {
  readonly chosen: ChosenDataset;
  readonly error: string | undefined;
  onChoose(dataset: ChosenDataset): void;
}

/** A select of the datasets that can be trained on, listed again whenever it gets the focus. */
export function DatasetSelect({ chosen, error, onChoose }: DatasetSelectProps) {
  const [looks, setLooks] = useState(0);
  const { datasets } = useTrainable(looks);
  return (
    <SelectField
      name="dataset"
      label="Dataset"
      error={error}
      value={chosen.name}
      // Imports may have ended since.
      onFocus={() => setLooks(looks + 1)}
      onChange={({ target }) =>
        onChoose(datasets.find(({ name }) => name === target.value) ?? DEFAULT_CHOICE)}
    >
      {datasets.map(({ name }) => <option key={name}>{name}</option>)}
    </SelectField>
  );
}
