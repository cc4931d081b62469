/** The Training panel: start a run, see it learn, look back at others. Layout only; each part is a file. */
import { useState } from "react";
import { ConnectionNote } from "./connection_note.tsx";
import { RunList } from "./run_list.tsx";
import { RunView } from "./run_view.tsx";
import { StartForm } from "./start_form.tsx";
import { useRuns } from "./use_runs.ts";
import { isOver } from "../../runs/state.ts";

export function TrainingPanel() {
  const { runs, loaded, put } = useRuns();
  const [chosen, setChosen] = useState<string>();
  // What the user chose; else what is training; else the newest.
  const shown = runs.find(({ id }) => id === chosen) ??
    runs.findLast(({ state }) => !isOver(state)) ?? runs[0];
  return (
    <section className="training" aria-labelledby="training-title">
      <header className="training-header">
        <h2 id="training-title" className="training-title">Training</h2>
        <ConnectionNote />
      </header>
      <StartForm
        onStarted={(run) => {
          put(run);
          setChosen(run.id);
        }}
      />
      {shown ? <RunView key={shown.id} run={shown} onChanged={put} /> : loaded && <FirstVisit />}
      {runs.length > 0 && <RunList runs={runs} shown={shown?.id} onChoose={setChosen} />}
    </section>
  );
}

function FirstVisit() {
  return (
    <div className="training-empty">
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
