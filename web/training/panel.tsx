/// <reference lib="dom" />
/**
 * The Training panel: starts a run, shows its progress and lists all runs. Layout only; each part is a
 * file.
 */
import { useCallback, useMemo, useRef, useState } from "react";
import { isFinished } from "../../runs/log/state.ts";
import { Comparison } from "./charts/comparison.tsx";
import { ConnectionNote } from "./connection_note.tsx";
import type { RunItem } from "./operations.ts";
import { ALL_RUNS, isNarrowed, toFilter } from "./list/run_filter.ts";
import { RunList } from "./list/run_list.tsx";
import { RunView, type RunViewName } from "./run/run_view.tsx";
import { StartForm } from "./start/start_form.tsx";
import { useRunList } from "./list/use_run_list.ts";
import { useRuns } from "./list/use_runs.ts";

export function TrainingPanel() {
  const known = useRuns();
  const { byId, put, remove } = known;
  const [choice, setChoice] = useState(ALL_RUNS);
  const list = useRunList(toFilter(choice), known);
  const [chosen, setChosen] = useState<string>();
  const [comparing, setComparing] = useState(false);
  const listBox = useRef<HTMLElement>(null);
  const box = useRef<HTMLElement>(null);
  const newestFirst = useNewestFirst(byId);
  // The view stays the same from run to run.
  const [view, setView] = useState<RunViewName>("curves");
  const open = byId.get(chosen ?? "") ?? firstToOpen(newestFirst);
  const { compared, tick } = useTicks(byId);
  const listed = list.ids.flatMap((id) => byId.get(id) ?? []);

  const change = useCallback((run: RunItem) => put([run]), [put]);
  const forget = useCallback((id: string) => {
    remove([id]);
    tick(id, false);
  }, [remove, tick]);
  const show = (id: string) => {
    setChosen(id);
    setComparing(false);
    // The comparison is above the list, maybe out of sight.
    box.current?.querySelector(".run")?.scrollIntoView({ block: "start" });
  };

  return (
    <section ref={box} className="panel" aria-labelledby="training-title">
      <PanelHeader />
      <StartForm
        onStarted={(run) => {
          put([run]);
          known.news.ring();
          show(run.id);
        }}
      />
      {comparing && compared.length > 1
        ? <Comparison runs={compared} onClose={() => setComparing(false)} />
        : open
        ? (
          <RunView
            key={open.id}
            run={open}
            view={view}
            onView={setView}
            onChanged={change}
            onActed={(run) => {
              put([run]);
              // The run stays open, whatever state it reaches.
              setChosen(run.id);
            }}
            onDeleted={forget}
            onTag={(tag) => {
              setChoice({ ...ALL_RUNS, order: choice.order, tag });
              listBox.current?.scrollIntoView({ block: "nearest" });
            }}
          />
        )
        : list.loaded && <FirstVisit />}
      {(newestFirst.length > 0 || isNarrowed(choice)) && (
        <RunList
          box={listBox}
          list={list}
          runs={listed}
          choice={choice}
          open={comparing ? undefined : open?.id}
          ticked={new Set(compared.map(({ id }) => id))}
          onChoose={setChoice}
          onOpen={show}
          onTick={tick}
          onCompare={() => setComparing(true)}
        />
      )}
    </section>
  );
}

function PanelHeader() {
  return (
    <header className="panel-header">
      <h2 id="training-title" className="panel-title">Training</h2>
      <ConnectionNote />
    </header>
  );
}

/** Returns the run that is trained, otherwise the newest. */
function firstToOpen(newestFirst: readonly RunItem[]): RunItem | undefined {
  return newestFirst.findLast(({ state }) => !isFinished(state) && state !== "PAUSED") ??
    newestFirst[0];
}

function useNewestFirst(byId: ReadonlyMap<string, RunItem>): readonly RunItem[] {
  return useMemo(
    () => [...byId.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
    [byId],
  );
}

/** The runs ticked for the comparison, in the order of ticking: a run keeps its colour when another is added. */
function useTicks(byId: ReadonlyMap<string, RunItem>) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const tick = useCallback((id: string, on: boolean) => {
    setTicked((before) =>
      on ? new Set([...before, id]) : new Set(before).difference(new Set([id]))
    );
  }, []);
  return { compared: [...ticked].flatMap((id) => byId.get(id) ?? []), tick };
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
