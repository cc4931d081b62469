/** The controls that filter and sort the list of runs. */
import { useId } from "react";
import type { Tag } from "../operations.ts";
import {
  ALL_RUNS,
  isNarrowed,
  isPercentage,
  ORDERS,
  type RunChoice,
  STATE_GROUPS,
} from "./run_filter.ts";

interface RunToolsProps {
  readonly choice: RunChoice;
  /** The tags in use. */
  readonly tags: readonly Tag[];
  onChoose(choice: RunChoice): void;
}

/** Fields for the search, the state, the tag, the least accuracy and the order. */
export function RunTools({ choice, tags, onChoose }: RunToolsProps) {
  const errorId = useId();
  const choose = (change: Partial<RunChoice>) => onChoose({ ...choice, ...change });
  const { search, group, tag, leastAcc, order } = choice;
  const isWrong = !isPercentage(leastAcc);
  return (
    <div className="runs-tools" role="search" aria-label="Runs">
      <input
        type="search"
        className="field-input runs-search"
        placeholder="Search name, recipe, seed, tags, note"
        aria-label="Search runs"
        value={search}
        onChange={({ target }) => choose({ search: target.value })}
      />
      <select
        className="field-input"
        aria-label="Show runs that are"
        data-chosen={group !== "all"}
        value={group}
        onChange={({ target }) =>
          choose({
            group: STATE_GROUPS.find(({ name }) => name === target.value)?.name ?? "all",
          })}
      >
        {STATE_GROUPS.map(({ name, label }) => <option key={name} value={name}>{label}</option>)}
      </select>
      <TagSelect tags={tags} chosen={tag} onChoose={(tag) => choose({ tag })} />
      <input
        className="field-input runs-least"
        inputMode="decimal"
        autoComplete="off"
        placeholder="Test acc ≥ %"
        aria-label="Best test accuracy of at least, in percent"
        data-chosen={leastAcc.trim() !== ""}
        value={leastAcc}
        onChange={({ target }) => choose({ leastAcc: target.value })}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? errorId : undefined}
      />
      <select
        className="field-input"
        aria-label="Sort by"
        data-chosen={order !== ALL_RUNS.order}
        value={order}
        onChange={({ target }) =>
          choose({ order: ORDERS.find(({ name }) => name === target.value)?.name ?? "newest" })}
      >
        {ORDERS.map(({ name, label }) => <option key={name} value={name}>{label}</option>)}
      </select>
      {isNarrowed(choice) && (
        <button
          type="button"
          className="button button-quiet"
          onClick={() => onChoose({ ...ALL_RUNS, order })}
        >
          Show all
        </button>
      )}
      {isWrong && (
        <p className="field-error runs-wrong" id={errorId} role="alert">
          Cannot filter by '{leastAcc}': the test accuracy must be between 0 and 100 percent.
        </p>
      )}
    </div>
  );
}

interface TagSelectProps {
  readonly tags: readonly Tag[];
  /** Empty for any. */
  readonly chosen: string;
  onChoose(tag: string): void;
}

function TagSelect({ tags, chosen, onChoose }: TagSelectProps) {
  // The chosen tag stays listed when its last run loses it.
  const shown = chosen === "" || tags.some(({ name }) => name === chosen)
    ? tags
    : [{ name: chosen, runCount: 0 }, ...tags];
  if (shown.length === 0) return null;
  return (
    <select
      className="field-input"
      aria-label="Show runs with the tag"
      data-chosen={chosen !== ""}
      value={chosen}
      onChange={({ target }) => onChoose(target.value)}
    >
      <option value="">Any tag</option>
      {shown.map(({ name, runCount }) => (
        <option key={name} value={name}>{name} ({runCount})</option>
      ))}
    </select>
  );
}
