/**
 * The Data panel: datasets and their imports, samples, pictures and batches. Layout and choices only; each view is a file.
 */
import { useState } from "react";
import { DEFAULT_DATASET } from "../../data/catalog.ts";
import { Choice } from "../parts/choice.tsx";
import { count } from "../../lib/format.ts";
import { OperationsButton } from "../graphiql/operations_button.tsx";
import { shown } from "../graphiql/shown_operation.ts";
import { useTheme } from "../parts/use_theme.ts";
import { BatchView } from "./batch_view.tsx";
import { ClassChoice } from "./class_choice.tsx";
import { DatasetFacts } from "./import/dataset_facts.tsx";
import { DatasetTable } from "./import/dataset_table.tsx";
import { ImportDialog } from "./import/import_dialog.tsx";
import { DATASET_IMPORTS } from "./import/operations.ts";
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
import { TableView } from "./table_view.tsx";
import { useDatasets } from "./use_datasets.ts";

const VIEWS = [
  { value: "samples", text: "Samples" },
  { value: "picture", text: "Picture" },
  { value: "batch", text: "Batch" },
] as const;
type View = (typeof VIEWS)[number]["value"];

/** The dialog of an import: opened by its button, or by a file that was dropped on the panel. */
type Importing = { readonly dropped: File | undefined };

export function DataPanel() {
  const { datasets, refresh } = useDatasets();
  const [name, setName] = useState<string>(DEFAULT_DATASET);
  const [importing, setImporting] = useState<Importing>();
  const dataset = datasets?.find((candidate) => candidate.name === name) ?? datasets?.[0];
  if (!datasets || !dataset) return <section className="panel" aria-busy="true" />;
  return (
    <section
      className="panel data"
      aria-labelledby="data-title"
      data-photo={dataset.version === "" ? undefined : true}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        // A drop in the dialog is the dialog's.
        if (event.isDefaultPrevented()) return;
        event.preventDefault();
        const [dropped] = event.dataTransfer.files;
        if (dropped) setImporting({ dropped });
      }}
    >
      <header className="panel-header">
        <h2 id="data-title" className="panel-title">Data</h2>
        <OperationsButton title="Data" operations={() => operationsOf(dataset.name)} />
      </header>
      <div className="data-choices">
        <DatasetSelect datasets={datasets} chosen={dataset} onChoose={setName} />
        <button
          type="button"
          className="button"
          onClick={() => setImporting({ dropped: undefined })}
        >
          Import…
        </button>
      </div>
      <DatasetFacts key={`facts of ${dataset.name}`} dataset={dataset} onChanged={refresh} />
      <DatasetTable datasets={datasets} onChoose={setName} onChanged={refresh} />
      {dataset.state === "READY" && <Views key={`views of ${dataset.name}`} dataset={dataset} />}
      {importing && (
        <ImportDialog
          dropped={importing.dropped}
          onClose={() => setImporting(undefined)}
          onStarted={(started) => {
            setImporting(undefined);
            setName(started);
            refresh();
          }}
        />
      )}
    </section>
  );
}

/** Shows the samples of a dataset in one of several ways. */
function Views({ dataset }: { readonly dataset: Dataset }) {
  const [view, setView] = useState<View>("samples");
  const [split, setSplit] = useState<Split>("TRAIN");
  const [label, setLabel] = useState<number | null>(null);
  const theme = useTheme() === "dark" ? "DARK" : "LIGHT";
  const [, height, width] = dataset.imageShape;
  if (height === 1 && width === 1) {
    return <TableView dataset={dataset} />;
  }
  const selection: Selection = { dataset: dataset.name, split, label };
  const key = JSON.stringify(selection);
  return (
    <>
      <div className="data-choices">
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
        <ClassChoice dataset={dataset} split={split} chosen={label} onChoose={setLabel} />
      )}
      {view === "samples" && (
        <SampleGrid key={key} selection={selection} classes={dataset.classes} />
      )}
      {view === "picture" && <PictureView key={key} selection={selection} theme={theme} />}
      {view === "batch" && (
        <BatchView key={split} dataset={dataset.name} split={split} theme={theme} />
      )}
    </>
  );
}

function operationsOf(dataset: string) {
  const selection = { dataset, split: "TRAIN", label: null } as const;
  return [
    shown("Samples", SAMPLES_QUERY, { ...selection, offset: 0, first: 20 }),
    shown("Picture", PICTURE_QUERY, { ...selection, offset: 0, theme: "LIGHT" }),
    shown("Batch", BATCH_QUERY, {
      dataset,
      split: "TRAIN",
      batchSize: 32,
      seed: 1,
      number: 1,
      theme: "LIGHT",
    }),
    shown("Datasets", DATASETS_QUERY, {}),
    shown("Imports", DATASET_IMPORTS, {}),
  ];
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
      {datasets.map(({ name, state }) => (
        <option key={name} value={name}>
          {state === "READY" ? name : `${name} (${state.toLowerCase()})`}
        </option>
      ))}
    </select>
  );
}
