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
import { useOpenRuns } from "./run/use_open_runs.ts";
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
  const { ticked, tick } = useTicks(address);
  useTitle(titleOf(address, open));

  const change = useCallback((run: RunItem) => put([run]), [put]);
  const forget = useCallback((id: string) => {
    remove([id]);
    tick(id, false);
    navigate({ view: "run" }, { replace: true });
  }, [remove, tick]);
  const isFirstVisit = list.loaded && byId.size === 0 && !isNarrowed(choice);
  const showList = () => listBox.current?.scrollIntoView({ block: "nearest" });

  return (
    <section className="panel training" aria-labelledby="training-title">
      <header className="panel-header">
        <h2 id="training-title" className="panel-title">Training</h2>
        <ConnectionNote />
        {!isFirstVisit && (
          <span className="buttons">
            <button type="button" className="button training-to-list" onClick={showList}>
              Runs {count(list.totalCount)}
            </button>
            <PageLink
              to={{ view: "new" }}
              className="button button-primary"
              isCurrent={address.view === "new"}
            >
              <PlusIcon />New training
            </PageLink>
          </span>
        )}
      </header>
      <div className="training-columns" data-alone={isFirstVisit}>
        <div className="training-main">
          {address.view === "new" || (isFirstVisit && address.view === "run" && !address.id)
            ? (
              <>
                <StartForm
                  onStarted={(run) => {
                    put([run]);
                    known.news.ring();
                    navigate({ view: "run", id: run.id });
                  }}
                />
                {isFirstVisit && <FirstVisit />}
              </>
            )
            : missing.length > 0
            ? <MissingRuns />
            : address.view === "compare"
            ? (
              <Comparison
                runs={compared}
                onClose={() => navigate({ view: "run", ...compared[0] && { id: compared[0].id } })}
              />
            )
            : open && (
              <RunView
                key={open.id}
                run={open}
                view={view}
                onView={setView}
                onChanged={change}
                onActed={(run) => {
                  put([run]);
                  // The run stays open, whatever state it reaches.
                  navigate({ view: "run", id: run.id }, { replace: true });
                }}
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

function FirstVisit() {
  return (
    <div className="panel-empty">
      <p>
        <strong>Nothing has been trained yet.</strong>
      </p>
      <p>
        Press{" "}
        <em>Start training</em>: a small network learns to read handwritten digits, and its curve
        draws itself here, batch by batch.
      </p>
    </div>
  );
}

function MissingRuns() {
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
