/** Selects a run's checkpoint: always the newest, or a fixed one. */
import { percent } from "../../lib/format.ts";
import { checkpointName } from "./checkpoint_name.ts";
import type { Checkpoint } from "./operations.ts";
import { capitalized } from "./phrases.ts";

interface CheckpointSelectProps {
  readonly checkpoints: readonly Checkpoint[];
  /** null for the newest. */
  readonly chosen: Checkpoint | null;
  onChoose(checkpoint: Checkpoint | null): void;
}

/** A select of a run's checkpoints, the newest first. */
export function CheckpointSelect({ checkpoints, chosen, onChoose }: CheckpointSelectProps) {
  const newest = checkpoints.at(-1);
  const isGone = chosen && !checkpoints.some(({ file }) => file === chosen.file);
  const past = [...checkpoints, ...(isGone ? [chosen] : [])].toSorted((a, b) => b.step - a.step);
  return (
    <label className="insight-checkpoint">
      <span>Checkpoint</span>
      <select
        className="field-input"
        value={chosen?.file ?? ""}
        onChange={({ target }) =>
          onChoose(checkpoints.find(({ file }) => file === target.value) ?? null)}
      >
        <option value="">Newest{newest ? `: ${checkpointName(newest)}` : ""}</option>
        {past.map((checkpoint) => (
          <option key={checkpoint.file} value={checkpoint.file}>
            {describe(checkpoint)}
            {isGone && checkpoint === chosen ? ", no longer kept" : ""}
          </option>
        ))}
      </select>
    </label>
  );
}

function describe(checkpoint: Checkpoint): string {
  const name = capitalized(checkpointName(checkpoint));
  return checkpoint.testAcc === null ? name : `${name}, ${percent(checkpoint.testAcc)}`;
}
