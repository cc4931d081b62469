/** The Training panel: start a run, see it learn, look back at others. Layout only; each part is a file. */
import { useState } from "react";
import { isOver } from "../../runs/state.ts";
import { Comparison } from "./comparison.tsx";
import { ConnectionNote } from "./connection_note.tsx";
import { RunList } from "./run_list.tsx";
import { RunView } from "./run_view.tsx";
import { StartForm } from "./start_form.tsx";
import { useRuns } from "./use_runs.ts";

export function TrainingPanel() {
  const list = useRuns();
  const { runs, loaded, put, remove } = list;
  const [chosen, setChosen] = useState<string>();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [comparing, setComparing] = useState(false);
  // What the user chose; else what is training; else the newest.
  const open = runs.find(({ id }) => id === chosen) ??
    runs.findLast(({ state }) => !isOver(state) && state !== "PAUSED") ?? runs[0];
  // In the order of ticking, so that a run keeps its colour when another joins.
  const compared = [...ticked].flatMap((id) => runs.find((run) => run.id === id) ?? []);

  const tick = (id: string, on: boolean) =>
    setTicked((before) =>
      on ? new Set([...before, id]) : new Set(before).difference(new Set([id]))
    );
  const show = (id: string) => {
    setChosen(id);
    setComparing(false);
  };

  return (
    <section className="panel" aria-labelledby="training-title">
      <header className="panel-header">
        <h2 id="training-title" className="panel-title">Training</h2>
        <ConnectionNote />
      </header>
      <StartForm
        onStarted={(run) => {
          put(run);
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
            onChanged={put}
            onActed={(run) => {
              put(run);
              // It stays open, whatever becomes of it.
              setChosen(run.id);
            }}
            onDeleted={(id) => {
              remove(id);
              tick(id, false);
            }}
          />
        )
        : loaded && <FirstVisit />}
      {runs.length > 0 && (
        <RunList
          list={list}
          open={comparing ? undefined : open?.id}
          ticked={new Set(compared.map(({ id }) => id))}
          onOpen={show}
          onTick={tick}
          onCompare={() => setComparing(true)}
        />
      )}
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
