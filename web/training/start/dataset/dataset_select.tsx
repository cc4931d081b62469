/// <reference lib="dom" />
/** The dataset to train on. */
import { useId, useState } from "react";
import { type ChosenDataset, DEFAULT_CHOICE } from "./chosen_dataset.ts";
import { useTrainable } from "./use_trainable.ts";

interface DatasetSelectProps {
  readonly chosen: ChosenDataset;
  readonly error: string | undefined;
  onChoose(dataset: ChosenDataset): void;
}

export function DatasetSelect({ chosen, error, onChoose }: DatasetSelectProps) {
  const [looks, setLooks] = useState(0);
  const { datasets } = useTrainable(looks);
  const id = useId();
  const errorId = useId();
  return (
    <div className="field">
      <label className="field-name" htmlFor={id}>Dataset</label>
      <select
        id={id}
        name="dataset"
        className="field-input"
        value={chosen.name}
        // Imports may have ended since.
        onFocus={() => setLooks(looks + 1)}
        onChange={({ target }) =>
          onChoose(datasets.find(({ name }) => name === target.value) ?? DEFAULT_CHOICE)}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : errorId}
      >
        {datasets.map(({ name }) => <option key={name}>{name}</option>)}
      </select>
      {error !== undefined && <span className="field-error" id={errorId}>{error}</span>}
    </div>
  );
}
