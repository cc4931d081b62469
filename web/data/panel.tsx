/**
 * The Data panel: a dataset's samples, pictures and batches. Layout and choices only; each view is a file.
 */
import { useState } from "react";
import { DEFAULT_DATASET } from "../../data/catalog.ts";
import { useAnswer } from "../api/use_answer.ts";
import { Choice } from "../parts/choice.tsx";
import { count } from "../../lib/format.ts";
import { OperationsButton } from "../graphiql/operations_button.tsx";
import { shown } from "../graphiql/shown_operation.ts";
import { useTheme } from "../parts/use_theme.ts";
import { BatchView } from "./batch_view.tsx";
import {
  BATCH_QUERY,
  type Dataset,
  DATASETS_QUERY,
  PICTURE_QUERY,
  SAMPLES_QUERY,
  type Selection,
  type Split,
} from "./operations.ts";
import { PictureView } from "./picture_view.tsx";
import { SampleGrid } from "./sample_grid.tsx";

const VIEWS = [
  { value: "samples", text: "Samples" },
  { value: "picture", text: "Picture" },
  { value: "batch", text: "Batch" },
] as const;
type View = (typeof VIEWS)[number]["value"];

const NO_VARIABLES = {};
const EVERY_CLASS = -1;

export function DataPanel() {
  const datasets = useAnswer(DATASETS_QUERY, NO_VARIABLES).data?.datasets;
  const [view, setView] = useState<View>("samples");
  const [name, setName] = useState<string>(DEFAULT_DATASET);
  const [split, setSplit] = useState<Split>("TRAIN");
  const [label, setLabel] = useState<number | null>(null);
  const theme = useTheme();
  const dataset = datasets?.find((candidate) => candidate.name === name) ?? datasets?.[0];
  if (!datasets || !dataset) return <section className="panel" aria-busy="true" />;

  const selection: Selection = { dataset: dataset.name, split, label };
  const shownTheme = theme === "dark" ? "DARK" : "LIGHT";
  return (
    <section className="panel data" aria-labelledby="data-title">
      <header className="panel-header">
        <h2 id="data-title" className="panel-title">Data</h2>
        <OperationsButton
          title="Data"
          operations={() => [
            shown("Samples", SAMPLES_QUERY, { ...selection, offset: 0, first: 20 }),
            shown("Picture", PICTURE_QUERY, { ...selection, offset: 0, theme: shownTheme }),
            shown("Batch", BATCH_QUERY, {
              dataset: dataset.name,
              split,
              batchSize: 32,
              seed: 1,
              number: 1,
              theme: shownTheme,
            }),
            shown("Datasets", DATASETS_QUERY, {}),
          ]}
        />
      </header>
      <div className="data-choices">
        <DatasetSelect datasets={datasets} chosen={dataset} onChoose={setName} />
        <Choice
          label="Split"
          options={[
            { value: "TRAIN", text: `Train ${count(dataset.trainSize)}` },
            { value: "TEST", text: `Test ${count(dataset.testSize)}` },
          ]}
          chosen={split}
          onChoose={setSplit}
        />
        <Choice label="View" options={VIEWS} chosen={view} onChoose={setView} />
      </div>
      {view !== "batch" && (
        <Choice
          label="Class"
          options={[
            { value: EVERY_CLASS, text: "All" },
            ...dataset.classes.map((text, value) => ({ value, text })),
          ]}
          chosen={label ?? EVERY_CLASS}
          onChoose={(value) => setLabel(value === EVERY_CLASS ? null : value)}
        />
      )}
      {view === "samples"
        ? <SampleGrid key={JSON.stringify(selection)} selection={selection} />
        : view === "picture"
        ? <PictureView key={JSON.stringify(selection)} selection={selection} theme={shownTheme} />
        : (
          <BatchView
            key={`${dataset.name} ${split}`}
            dataset={dataset.name}
            split={split}
            theme={shownTheme}
          />
        )}
    </section>
  );
}

interface DatasetSelectProps {
  readonly datasets: readonly Dataset[];
  readonly chosen: Dataset;
  onChoose(name: string): void;
}

function DatasetSelect({ datasets, chosen, onChoose }: DatasetSelectProps) {
  return (
    <select
      className="field-input data-name"
      aria-label="Dataset"
      value={chosen.name}
      onChange={({ target }) => onChoose(target.value)}
    >
      {datasets.map(({ name }) => <option key={name}>{name}</option>)}
    </select>
  );
}
