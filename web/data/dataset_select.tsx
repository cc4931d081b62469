/** The field that chooses a dataset. Imports that have not become one stand last, apart. */
import { hasFailed } from "./import/clear_failed.tsx";
import type { Dataset } from "./operations.ts";

interface DatasetSelectProps {
  readonly datasets: readonly Dataset[];
  /** Undefined where the address names none that is there. */
  readonly chosen: Dataset | undefined;
  onChoose(name: string): void;
}

/** A select of the datasets that can be shown, and of imports that have not become one. */
export function DatasetSelect({ datasets, chosen, onChoose }: DatasetSelectProps) {
  const failed = datasets.filter(hasFailed);
  return (
    <select
      className="field-input data-name"
      aria-label="Dataset"
      value={chosen?.name ?? ""}
      onChange={({ target }) => onChoose(target.value)}
    >
      {!chosen && <option value="" disabled>Choose a dataset</option>}
      {datasets.filter((dataset) => !hasFailed(dataset)).map(toOption)}
      {failed.length > 0 && <optgroup label="Not imported">{failed.map(toOption)}</optgroup>}
    </select>
  );
}

function toOption({ name, state }: Dataset) {
  return (
    <option key={name} value={name}>
      {state === "READY" ? name : `${name} (${state.toLowerCase()})`}
    </option>
  );
}
