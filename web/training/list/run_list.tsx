/// <reference lib="dom" />
/** The matching runs in the chosen order: a click opens one, a tick selects it. */
import { type RefObject, useId } from "react";
import { MAX_COMPARED } from "../../../pictures/comparison_option.ts";
import { count } from "../../../lib/format.ts";
import { OperationsButton } from "../../graphiql/operations_button.tsx";
import { shown } from "../../graphiql/shown_operation.ts";
import { RUN_STATES_FEED, type RunItem, RUNS_QUERY, TAGS_QUERY } from "../operations.ts";
import {
  factsOf,
  isNarrowed,
  metricOf,
  type OrderName,
  type RunChoice,
  toFilter,
} from "./run_filter.ts";
import { RunTools } from "./run_tools.tsx";
import { SelectionTools } from "./selection_tools.tsx";
import { StateBadge } from "./state_badge.tsx";
import type { RunList as List } from "./use_run_list.ts";

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

const TOO_MANY = `At most ${MAX_COMPARED} runs can be compared.`;

interface RunListProps {
  /** Ref of the list's element, for scrolling to it. */
  readonly box: RefObject<HTMLElement | null>;
  readonly list: List;
  /** The runs of the list, in its order. */
  readonly runs: readonly RunItem[];
  readonly choice: RunChoice;
  /** The id of the open run. */
  readonly open: string | undefined;
  /** The ticked runs. */
  readonly ticked: readonly RunItem[];
  /** True if no more runs can be ticked. */
  readonly full: boolean;
  onChoose(choice: RunChoice): void;
  onOpen(id: string): void;
  onTick(id: string, ticked: boolean): void;
  onClear(): void;
  onCompare(): void;
  onChanged(runs: readonly RunItem[]): void;
  onDeleted(ids: readonly string[]): void;
}

/** The listed runs, as links with boxes to tick. */
export function RunList(props: RunListProps) {
  const { box, list, runs, choice, open, ticked, full, onChoose, onOpen, onTick } = props;
  const tickedIds = new Set(ticked.map(({ id }) => id));
  const titleId = useId();
  const filter = toFilter(choice);
  return (
    <section ref={box} className="runs" aria-labelledby={titleId}>
      <header className="runs-header">
        <h3 className="panel-subtitle" id={titleId}>
          Runs{" "}
          <span className="runs-count">
            {count(list.totalCount)}
            {isNarrowed(choice) && (list.totalCount === 1 ? " matches" : " match")}
          </span>
        </h3>
        <span className="buttons">
          <CompareButton number={ticked.length} onCompare={props.onCompare} />
          <OperationsButton
            title="Runs"
            operations={() => [
              shown("List", RUNS_QUERY, { ...filter, first: 20, after: null }),
              shown("Watch", RUN_STATES_FEED, {}),
              shown("Tags", TAGS_QUERY, {}),
            ]}
          />
        </span>
      </header>
      {ticked.length > 0 && (
        <SelectionTools
          runs={ticked}
          onChanged={props.onChanged}
          onDeleted={props.onDeleted}
          onClear={props.onClear}
        />
      )}
      <RunTools choice={choice} tags={list.tags} onChoose={onChoose} />
      {list.error && <p className="panel-error" role="alert">{list.error}</p>}
      {runs.length === 0 && !list.stale && <p className="panel-note">No run matches.</p>}
      <ul className="runs-list" aria-busy={list.stale}>
        {runs.map((run) => (
          <RunRow
            key={run.id}
            run={run}
            order={choice.order}
            open={run.id === open}
            ticked={tickedIds.has(run.id)}
            full={full}
            onOpen={onOpen}
            onTick={onTick}
          />
        ))}
      </ul>
      {list.hasMore && !list.stale && (
        <button type="button" className="button runs-more" onClick={list.more}>
          Show more of {count(list.totalCount)} runs
        </button>
      )}
    </section>
  );
}

/** Lets lines end between facts alone. */
function unbroken(facts: string): string {
  return facts.replaceAll(" ", "\u00a0").replaceAll("\u00a0·\u00a0", "\u00a0· ");
}

interface CompareButtonProps {
  /** The number of ticked runs. */
  readonly number: number;
  onCompare(): void;
}

function CompareButton({ number, onCompare }: CompareButtonProps) {
  const isTooMany = number > MAX_COMPARED;
  return (
    <button
      type="button"
      className="button"
      disabled={number < 2 || isTooMany}
      title={isTooMany ? TOO_MANY : undefined}
      onClick={onCompare}
    >
      {number < 2 ? "Compare" : `Compare ${number}`}
    </button>
  );
}

interface RunRowProps {
  readonly run: RunItem;
  readonly order: OrderName;
  readonly open: boolean;
  readonly ticked: boolean;
  /** True if no more runs can be ticked. */
  readonly full: boolean;
  onOpen(id: string): void;
  onTick(id: string, ticked: boolean): void;
}

function RunRow({ run, order, open, ticked, full, onOpen, onTick }: RunRowProps) {
  const metric = metricOf(run, order);
  const facts = factsOf(run);
  return (
    <li className="runs-row" data-open={open}>
      <input
        type="checkbox"
        className="runs-tick"
        aria-label={`Select ${run.name}`}
        checked={ticked}
        disabled={full && !ticked}
        title={full && !ticked ? TOO_MANY : "Select"}
        onChange={({ target }) => onTick(run.id, target.checked)}
      />
      <button
        type="button"
        className="runs-item"
        aria-current={open}
        // What may be cut in the row.
        title={[
          ...[run.name, facts, ...run.tags],
          `Started ${WHEN.format(new Date(run.createdAt))}`,
        ].join("\n")}
        onClick={() => onOpen(run.id)}
      >
        <span className="runs-line">
          <span className="runs-name">{run.name}</span>
          <span className="runs-state">
            <StateBadge state={run.state} warning={run.warning} />
          </span>
        </span>
        <span className="runs-line">
          <span className="runs-facts">{unbroken(facts)}</span>
          {metric && (
            <span className="runs-acc">
              <span className="runs-metric">{metric.label}</span> {metric.text}
            </span>
          )}
        </span>
        {run.tags.length > 0 && (
          <span className="runs-tags">
            {run.tags.map((tag) => <span key={tag} className="tag-mark">{tag}</span>)}
          </span>
        )}
      </button>
    </li>
  );
}
