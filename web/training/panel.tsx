/// <reference lib="dom" />
/**
 * The Training panel: the list of runs, and beside it what the address names: a run, the form that starts one, or a
 * comparison. Layout only; each part is a file.
 */
import { useCallback, useRef, useState } from "react";
import { count } from "../../lib/format.ts";
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
import type { RunItem } from "./operations.ts";
import { RunView, type RunViewName } from "./run/run_view.tsx";
import { useOpenRuns } from "./list/use_open_runs.ts";
import { StartForm } from "./start/start_form.tsx";
import { titleOf } from "./title.ts";

interface TrainingPanelProps {
  readonly address: Exclude<Address, { view: "data" }>;
}

export function TrainingPanel({ address }: TrainingPanelProps) {
  const known = useRuns();
  const { byId, put, remove } = known;
  const [choice, setChoice] = useState(ALL_RUNS);
  const list = useRunList(toFilter(choice), known);
  const listBox = useRef<HTMLElement>(null);
  // The view stays the same from run to run.
  const [view, setView] = useState<RunViewName>("curves");
  const { open, compared, missing } = useOpenRuns(address, known);
  const lastOpen = useLast(open);
  const { ticked, tick } = useTicks(address);
  useTitle(titleOf(address, open));

  const change = useCallback((run: RunItem) => put([run]), [put]);
  const start = (run: RunItem) => {
    put([run]);
    known.news.ring();
    show(run);
  };
  const act = (run: RunItem) => {
    put([run]);
    // The run stays open, whatever state it reaches.
    navigate({ view: "run", id: run.id }, { replace: true });
  };
  const forget = useCallback((id: string) => {
    remove([id]);
    tick(id, false);
    navigate({ view: "run" }, { replace: true });
  }, [remove, tick]);
  const isFirstVisit = list.loaded && byId.size === 0 && !isNarrowed(choice);
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
          {missing.length > 0
            ? <MissingRun />
            : address.view === "new" || isFirstVisit
            ? <StartView isFirst={isFirstVisit} onStarted={start} />
            : address.view === "compare"
            ? compared.length > 0 && (
              <Comparison
                runs={compared}
                onClose={() => show(lastOpen ?? compared[0])}
              />
            )
            : open && (
              <RunView
                key={open.id}
                run={open}
                view={view}
                onView={setView}
                onChanged={change}
                onActed={act}
                onDeleted={forget}
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
            ticked={new Set(ticked)}
            onChoose={setChoice}
            onOpen={(id) => navigate({ view: "run", id })}
            onTick={tick}
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

function show(run: RunItem | undefined): void {
  navigate({ view: "run", ...run && { id: run.id } });
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

interface StartViewProps {
  /** True if there are no runs yet. */
  readonly isFirst: boolean;
  onStarted(run: RunItem): void;
}

function StartView({ isFirst, onStarted }: StartViewProps) {
  return (
    <>
      <StartForm onStarted={onStarted} />
      {isFirst && (
        <div className="panel-empty">
          <p>
            <strong>Nothing has been trained yet.</strong>
          </p>
          <p>
            Press{" "}
            <em>Start training</em>: a small network learns to read handwritten digits, and its
            curve draws itself here, batch by batch.
          </p>
        </div>
      )}
    </>
  );
}

function MissingRun() {
  return (
    <div className="panel-empty" role="alert">
      <p>
        <strong>There is no such run.</strong>
      </p>
      <p>It may have been deleted, or the address belongs to another server.</p>
      <PageLink to={{ view: "run" }} className="button">Show the newest run</PageLink>
    </div>
  );
}
