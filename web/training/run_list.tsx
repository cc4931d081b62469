/** All runs, newest first: looked through by name and state, opened by a click, ticked to be compared. */
import { useEffect, useId, useState } from "react";
import { MAX_COMPARED } from "../../pictures/comparison_option.ts";
import { count, percent } from "../parts/format.ts";
import { OperationsButton, shown } from "../parts/operations_button.tsx";
import { type FilterName, FILTERS, matches } from "./filter_runs.ts";
import { RUN_STATES_FEED, type RunItem, RUNS_QUERY } from "./operations.ts";
import { StateBadge } from "./state_badge.tsx";
import type { Runs } from "./use_runs.ts";

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

interface RunListProps {
  readonly list: Runs;
  /** The id of the open run. */
  readonly open: string | undefined;
  /** The ids of the runs that are ticked. */
  readonly ticked: ReadonlySet<string>;
  onOpen(id: string): void;
  onTick(id: string, ticked: boolean): void;
  onCompare(): void;
}

export function RunList({ list, open, ticked, onOpen, onTick, onCompare }: RunListProps) {
  const titleId = useId();
  const [search, setSearch] = useState("");
  const [filter, setFilter] = useState<FilterName>("all");
  const looking = search.trim() !== "" || filter !== "all";
  const { runs, hasMore, totalCount, more } = list;

  // Who looks for a run looks among all of them.
  useEffect(() => {
    if (looking && hasMore) more().catch(console.error);
  }, [looking, hasMore, more]);

  const shownRuns = runs.filter((run) => matches(run, search, filter));
  return (
    <section className="runs" aria-labelledby={titleId}>
      <header className="runs-header">
        <h3 className="panel-subtitle" id={titleId}>
          Runs <span className="runs-count">{count(totalCount)}</span>
        </h3>
        <OperationsButton
          title="Runs"
          operations={() => [
            shown("List", RUNS_QUERY, { first: 20, after: null }),
            shown("Watch", RUN_STATES_FEED, {}),
          ]}
        />
      </header>
      <div className="runs-tools">
        <input
          type="search"
          className="field-input"
          placeholder="Search by name, recipe, seed"
          aria-label="Search runs"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
        <select
          className="field-input"
          aria-label="Show runs that are"
          value={filter}
          onChange={({ target }) =>
            setFilter(FILTERS.find(({ name }) => name === target.value)?.name ?? "all")}
        >
          {FILTERS.map(({ name, label }) => <option key={name} value={name}>{label}</option>)}
        </select>
        <button type="button" className="button" disabled={ticked.size < 2} onClick={onCompare}>
          {ticked.size < 2 ? "Compare" : `Compare ${ticked.size}`}
        </button>
      </div>
      {shownRuns.length === 0 && <p className="panel-note">No run matches.</p>}
      <ul className="runs-list">
        {shownRuns.map((run) => (
          <RunRow
            key={run.id}
            run={run}
            open={run.id === open}
            ticked={ticked.has(run.id)}
            full={ticked.size >= MAX_COMPARED}
            onOpen={onOpen}
            onTick={onTick}
          />
        ))}
      </ul>
      {hasMore && (
        <button
          type="button"
          className="button"
          disabled={looking}
          onClick={() => more().catch(console.error)}
        >
          {looking ? "Looking through older runs…" : "Show older runs"}
        </button>
      )}
    </section>
  );
}

interface RunRowProps {
  readonly run: RunItem;
  readonly open: boolean;
  readonly ticked: boolean;
  /** Whether as many runs are ticked as can be compared. */
  readonly full: boolean;
  onOpen(id: string): void;
  onTick(id: string, ticked: boolean): void;
}

function RunRow({ run, open, ticked, full, onOpen, onTick }: RunRowProps) {
  return (
    <li className="runs-row" data-open={open}>
      <input
        type="checkbox"
        className="runs-tick"
        aria-label={`Compare ${run.name}`}
        checked={ticked}
        disabled={full && !ticked}
        title={full && !ticked ? `At most ${MAX_COMPARED} runs can be compared.` : "Compare"}
        onChange={({ target }) => onTick(run.id, target.checked)}
      />
      <button
        type="button"
        className="runs-item"
        aria-current={open}
        onClick={() => onOpen(run.id)}
      >
        <span className="runs-name">{run.name}</span>
        <span className="runs-acc">{run.bestTestAcc === null ? "" : percent(run.bestTestAcc)}</span>
        <span className="runs-epochs">{run.progress.epoch} / {run.progress.epochs}</span>
        <span className="runs-state">
          <StateBadge state={run.state} />
        </span>
        <time className="runs-time" dateTime={run.createdAt}>
          {WHEN.format(new Date(run.createdAt))}
        </time>
      </button>
    </li>
  );
}
