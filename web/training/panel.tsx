/// <reference lib="dom" />
/**
 * The Training panel: the list of runs, and beside it what the address names: a run, the form that starts one, or a
 * comparison. Layout only; each part is a file.
 */
import { useCallback, useRef, useState } from "react";
import { count } from "../../lib/format.ts";
import { MAX_COMPARED } from "../../pictures/comparison_option.ts";
import { type Address, navigate } from "../parts/address.ts";
import { PlusIcon } from "../parts/icons.tsx";
import { PageLink } from "../parts/page_link.tsx";
import { useTitle } from "../parts/use_title.ts";
import { Comparison } from "./charts/comparison.tsx";
import { ConnectionNote } from "./connection_note.tsx";
import { ALL_RUNS, isNarrowed, toFilter } from "./list/run_filter.ts";
import { RunList } from "./list/run_list.tsx";
import { useRunList } from "./list/use_run_list.ts";
import { useRuns } from "./list/use_runs.ts";
import { useTicks } from "./list/use_ticks.ts";
import { RunView, type RunViewName } from "./run/run_view.tsx";
import { useOpenRuns } from "./list/use_open_runs.ts";
import { StartView } from "./start/start_view.tsx";
import { show, useRunChanges } from "./use_run_changes.ts";
import { titleOf } from "./title.ts";

const NEW_TRAINING = { view: "new" } as const;

interface TrainingPanelProps {
  readonly address: Exclude<Address, { view: "data" }>;
}

/** The Training panel for an address. */
export function TrainingPanel({ address }: TrainingPanelProps) {
  const known = useRuns();
  const { byId } = known;
  const [choice, setChoice] = useState(ALL_RUNS);
  const list = useRunList(toFilter(choice), known);
  const listBox = useRef<HTMLElement>(null);
  // The view stays the same from run to run.
  const [view, setView] = useState<RunViewName>("curves");
  const { open, compared, missing } = useOpenRuns(address, known);
  const lastOpen = useLast(open);
  const { ticked, tick, choose } = useTicks(address);
  useTitle(titleOf(address, open));

  const untick = useCallback((id: string) => tick(id, false), [tick]);
  const { change, start, act, forget, lose, lost } = useRunChanges(known, untick);
  const isFirstVisit = list.loaded && byId.size === 0 && !isNarrowed(choice);
  const starting = address.view === "new" ? address : isFirstVisit ? NEW_TRAINING : undefined;
  const closeComparison = () => show(lastOpen ?? compared[0]);
  const showList = () => listBox.current?.scrollIntoView({ block: "nearest" });
  return (
    <section className="panel training" aria-labelledby="training-title">
      <PanelHeader
        isStarting={address.view === "new"}
        runCount={isFirstVisit ? undefined : list.totalCount}
        onShowList={showList}
      />
      <div className="training-columns" data-alone={isFirstVisit}>
        <div className="training-main">
          {address.view === "run" && address.id !== undefined && lost.has(address.id)
            ? <MissingRun wasDeleted />
            : missing.length > 0
            ? <MissingRun />
            : starting
            ? <StartView address={starting} isFirst={isFirstVisit} onStarted={start} />
            : address.view === "compare"
            ? compared.length > 0 && <Comparison runs={compared} onClose={closeComparison} />
            : open && (
              <RunView
                key={open.id}
                run={open}
                view={view}
                onView={setView}
                onChanged={change}
                onActed={act}
                onDeleted={forget}
                onLost={lose}
                onTag={(tag) => {
                  setChoice({ ...ALL_RUNS, order: choice.order, tag });
                  showList();
                }}
              />
            )}
        </div>
        {!isFirstVisit && (
          <RunList
            box={listBox}
            list={list}
            runs={list.ids.flatMap((id) => byId.get(id) ?? [])}
            choice={choice}
            open={address.view === "run" ? open?.id : undefined}
            ticked={ticked.flatMap((id) => byId.get(id) ?? [])}
            full={address.view === "compare" && ticked.length >= MAX_COMPARED}
            onChoose={setChoice}
            onOpen={(id) => navigate({ view: "run", id })}
            onTick={tick}
            onClear={() => choose([])}
            onChanged={known.put}
            onDeleted={(ids) => {
              known.remove(ids);
              choose(ticked.filter((id) => !ids.includes(id)));
              if (open && ids.includes(open.id)) show(undefined);
            }}
            onCompare={() => navigate({ view: "compare", ids: ticked })}
          />
        )}
      </div>
    </section>
  );
}

/** Returns the last value that was not undefined. */
function useLast<Value>(value: Value | undefined): Value | undefined {
  const [last, setLast] = useState(value);
  if (value !== undefined && value !== last) setLast(value);
  return value ?? last;
}

interface PanelHeaderProps {
  /** True while the form is open. */
  readonly isStarting: boolean;
  /** Undefined before the first run. */
  readonly runCount: number | undefined;
  /** Called to bring the list into sight, where it stands below the run. */
  onShowList(): void;
}

function PanelHeader({ isStarting, runCount, onShowList }: PanelHeaderProps) {
  return (
    <header className="panel-header">
      <h2 id="training-title" className="panel-title">Training</h2>
      <ConnectionNote />
      {runCount !== undefined && (
        <span className="buttons">
          <button type="button" className="button training-to-list" onClick={onShowList}>
            Runs {count(runCount)}
          </button>
          <PageLink
            to={{ view: "new" }}
            className="button button-primary"
            isCurrent={isStarting}
          >
            <PlusIcon />New training
          </PageLink>
        </span>
      )}
    </header>
  );
}

/** @param wasDeleted the run was there before */
function MissingRun({ wasDeleted = false }) {
  return (
    <div className="panel-empty" role="alert">
      <p>
        <strong>{wasDeleted ? "This run was deleted." : "There is no such run."}</strong>
      </p>
      <p>
        {wasDeleted
          ? "Another page, a terminal or a program has deleted it with its checkpoints."
          : "It may have been deleted, or the address belongs to another server."}
      </p>
      <PageLink to={{ view: "run" }} className="button">Show the newest run</PageLink>
    </div>
  );
}
