/// <reference lib="dom" />
/** A table of the imported datasets, which is read when it is opened. */
import { useState } from "react";
import { count, size } from "../../../lib/format.ts";
import { useAnswer } from "../../api/use_answer.ts";
import { type Dataset, DATASET_USES_QUERY } from "../operations.ts";
import { DeleteButton } from "./delete_button.tsx";

/** Number of digits of a version that tell it from others. */
const VERSION_DIGITS = 8;

const HEADINGS = ["Size", "Classes", "Samples", "Imported", "Runs"] as const;
const NO_VARIABLES = {};

interface DatasetTableProps {
  readonly datasets: readonly Dataset[];
  onChoose(name: string): void;
  onChanged(): void;
}

/** The imported datasets with their sizes and uses, in a part that opens; nothing if there are none. */
export function DatasetTable({ datasets, onChoose, onChanged }: DatasetTableProps) {
  const [isOpen, setOpen] = useState(false);
  const imported = datasets.filter(({ version }) => version !== "");
  if (imported.length === 0) return null;
  return (
    <details
      className="left-out"
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>Imported datasets: {count(imported.length)}</summary>
      {isOpen && <Rows imported={imported} onChoose={onChoose} onChanged={onChanged} />}
    </details>
  );
}

interface RowsProps extends Pick<DatasetTableProps, "onChoose" | "onChanged"> {
  readonly imported: readonly Dataset[];
}

function Rows({ imported, onChoose, onChanged }: RowsProps) {
  const { data } = useAnswer(DATASET_USES_QUERY, NO_VARIABLES, imported.length);
  const uses = new Map(data?.datasets.map((each) => [each.name, each]));
  return (
    <div className="table-box" tabIndex={0} role="region" aria-label="Imported datasets">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            {HEADINGS.map((text) => <th key={text} scope="col">{text}</th>)}
            <th scope="col">
              <span className="hidden-text">Delete</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {imported.map((dataset) => (
            <Row
              key={dataset.name}
              dataset={dataset}
              use={uses.get(dataset.name)}
              onChoose={onChoose}
              onChanged={onChanged}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps extends Pick<DatasetTableProps, "onChoose" | "onChanged"> {
  readonly dataset: Dataset;
  readonly use: { readonly bytes: number; readonly runCount: number } | undefined;
}

function Row({ dataset, use, onChoose, onChanged }: RowProps) {
  const { name, version, classes, imageShape, trainSize, testSize, createdAt } = dataset;
  return (
    <tr>
      <th scope="row">
        <button type="button" className="link-button" onClick={() => onChoose(name)}>{name}</button>
        {" "}
        <span className="mono" title={version}>@{version.slice(0, VERSION_DIGITS)}</span>
      </th>
      <td title={use && size(use.bytes)}>{imageShape.join(" × ")}</td>
      <td>{count(classes.length)}</td>
      <td>{count(trainSize)} + {count(testSize)}</td>
      <td>{createdAt.slice(0, 10)}</td>
      <td>{use && count(use.runCount)}</td>
      <td>
        <DeleteButton
          name={name}
          samples={trainSize + testSize}
          title={`Delete ${name}?`}
          onDeleted={onChanged}
        />
      </td>
    </tr>
  );
}
