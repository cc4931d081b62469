/**
 * The state of a dataset: its progress while it is imported, its shape, what was left out, and what can be done with
 * it.
 */
import { count } from "../../../lib/format.ts";
import { request } from "../../api/request.ts";
import { useAnswer } from "../../api/use_answer.ts";
import { PageLink } from "../../parts/page_link.tsx";
import { AskButton } from "../../parts/ask_button.tsx";
import type { Dataset } from "../operations.ts";
import { DeleteButton } from "./delete_button.tsx";
import { CANCEL_IMPORT, IMPORT_PROBLEMS } from "./operations.ts";

interface DatasetFactsProps {
  readonly dataset: Dataset;
  onChanged(): void;
}

/** The state, shape and problems of a dataset, with the actions that its state allows. */
export function DatasetFacts({ dataset, onChanged }: DatasetFactsProps) {
  const { name, state, imported, total, problem, problemCount, version } = dataset;
  const isImport = state !== "READY";
  return (
    <div className="dataset-facts">
      <p className="panel-note" role={isImport ? "status" : undefined}>{factsOf(dataset)}</p>
      {state === "IMPORTING" && (
        <progress
          aria-label="Imported"
          {...(total === null ? {} : { value: imported, max: total })}
        />
      )}
      {problem !== null && <p className="panel-error" role="alert">{problem}</p>}
      {state === "IMPORTING" && (
        <AskButton
          text="Cancel"
          title="Cancel this import?"
          question={`What was imported of ${name} so far will be lost.`}
          yes="Cancel the import"
          no="Go on"
          act={async () => {
            await request(CANCEL_IMPORT, { name });
            onChanged();
          }}
        />
      )}
      {state !== "IMPORTING" && (
        <span className="buttons dataset-actions">
          {!isImport && (
            <PageLink to={{ view: "new", dataset: name }} className="button">Train on it</PageLink>
          )}
          {(isImport || version !== "") && (
            <DeleteButton
              name={name}
              samples={imported}
              title="Delete this dataset?"
              onDeleted={onChanged}
            />
          )}
        </span>
      )}
      {problemCount > 0 && <LeftOut name={name} count={problemCount} />}
    </div>
  );
}

function factsOf(
  { state, imported, total, classes, imageShape, createdAt, version }: Dataset,
): string {
  switch (state) {
    case "IMPORTING":
      return `Importing: ${count(imported)}${total === null ? "" : ` of ${count(total)}`} samples`;
    case "FAILED":
      return "The import has failed.";
    case "CANCELLED":
      return `The import was cancelled after ${count(imported)} samples.`;
    default: {
      const [features = 0, height, width] = imageShape;
      const isTable = height === 1 && width === 1;
      const shape = isTable ? `${count(features)} features` : imageShape.join(" × ");
      const when = version === "" ? [] : [`imported ${createdAt.slice(0, 10)}`];
      return [shape, `${count(classes.length)} classes`, ...when].join(" · ");
    }
  }
}

/** Lists the files that were left out, with the reasons. */
function LeftOut({ name, count: total }: { readonly name: string; readonly count: number }) {
  const problems = useAnswer(IMPORT_PROBLEMS, { name }, total).data?.dataset?.problems ?? [];
  return (
    <details className="left-out">
      <summary>{count(total)} left out</summary>
      <ul>
        {problems.map(({ file, message }) => (
          <li key={file + message}>
            <span className="mono">{file}</span>: {message}
          </li>
        ))}
        {total > problems.length && <li>and {count(total - problems.length)} more</li>}
      </ul>
    </details>
  );
}
