/**
 * The Data panel: datasets and their imports, samples, pictures and batches. Layout and choices only; each view is a
 * file.
 */
import { useEffect, useRef, useState } from "react";
import { DEFAULT_DATASET } from "../../data/catalog.ts";
import { Choice } from "../parts/choice.tsx";
import { count } from "../../lib/format.ts";
import { OperationsButton } from "../graphiql/operations_button.tsx";
import { shown } from "../graphiql/shown_operation.ts";
import { navigate } from "../parts/address.ts";
import { useTheme } from "../parts/use_theme.ts";
import { useTitle } from "../parts/use_title.ts";
import { BatchView } from "./batch_view.tsx";
import { ClassChoice } from "./class_choice.tsx";
import { DatasetFacts } from "./import/dataset_facts.tsx";
import { DatasetTable } from "./import/dataset_table.tsx";
import { ImportDialog } from "./import/import_dialog.tsx";
import { ClearFailed } from "./import/clear_failed.tsx";
import { DatasetSelect } from "./dataset_select.tsx";
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

interface DataPanelProps {
  /** The name of the dataset that is shown. */
  readonly name: string | undefined;
}

const choose = (dataset: string) => navigate({ view: "data", dataset });

/** The Data panel with the named dataset; with the default one if no name is given. */
export function DataPanel({ name }: DataPanelProps) {
  const { datasets, refresh } = useDatasets();
  const [importing, setImporting] = useState<Importing>();
  const [started, setStarted] = useState<string>();
  const dataset = find(datasets, name ?? DEFAULT_DATASET) ??
    (name === undefined ? datasets?.[0] : undefined);
  useTitle(dataset ? `${dataset.name} · Data` : "Data");
  useLeaveDeleted(datasets, name);
  if (!datasets) return <section className="panel" aria-busy="true" />;
  return (
    <section
      className="panel data"
      aria-labelledby="data-title"
      data-photo={dataset && dataset.version !== "" ? true : undefined}
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
        <OperationsButton
          title="Data"
          operations={() => operationsOf(dataset?.name ?? DEFAULT_DATASET)}
        />
      </header>
      <div className="data-choices">
        <DatasetSelect datasets={datasets} chosen={dataset} onChoose={choose} />
        <button
          type="button"
          className="button"
          onClick={() => setImporting({ dropped: undefined })}
        >
          Import…
        </button>
        <ClearFailed datasets={datasets} onCleared={refresh} />
      </div>
      {!dataset && name !== undefined && name !== started && (
        <p className="panel-note" role="status">There is no dataset '{name}'.</p>
      )}
      {dataset && (
        <DatasetFacts key={`facts of ${dataset.name}`} dataset={dataset} onChanged={refresh} />
      )}
      <DatasetTable datasets={datasets} onChoose={choose} onChanged={refresh} />
      {dataset?.state === "READY" && <Views key={`views of ${dataset.name}`} dataset={dataset} />}
      {importing && (
        <ImportDialog
          dropped={importing.dropped}
          onClose={() => setImporting(undefined)}
          onStarted={(started) => {
            setImporting(undefined);
            setStarted(started);
            choose(started);
            refresh();
          }}
        />
      )}
    </section>
  );
}

function find(datasets: readonly Dataset[] | undefined, name: string): Dataset | undefined {
  return datasets?.find((dataset) => dataset.name === name);
}

/** Leaves the address of a dataset that was shown, once it is deleted. */
function useLeaveDeleted(datasets: readonly Dataset[] | undefined, name: string | undefined) {
  const shown = useRef<string>(undefined);
  const isThere = name !== undefined && find(datasets, name) !== undefined;
  useEffect(() => {
    if (isThere) shown.current = name;
    else if (datasets && name !== undefined && shown.current === name) {
      shown.current = undefined;
      navigate({ view: "data" }, { replace: true });
    }
  }, [datasets, isThere, name]);
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
