/// <reference lib="dom" />
/** Type the features of a sample and see a checkpoint's prediction: for datasets that are tables. */
import { type ReactNode, useState } from "react";
import { parseReference } from "../../../data/reference.ts";
import { useAnswer } from "../../api/use_answer.ts";
import { OperationsButton } from "../../graphiql/operations_button.tsx";
import { shown } from "../../graphiql/shown_operation.ts";
import type { RunItem } from "../../training/operations.ts";
import type { CheckpointSelection } from "../checkpoint_selection.ts";
import { NoCheckpoint } from "../no_checkpoint.tsx";
import { FEATURES_QUERY, PREDICT_FEATURES_QUERY } from "../operations.ts";
import { PredictedClass } from "../predicted_class.tsx";
import { meanFeatures, readFeatures, splitRow } from "./read_features.ts";

/** The largest number of features that have a field each; more are written in one. */
const MAX_FIELDS = 40;

interface FeaturesViewProps {
  readonly run: RunItem;
  /** The number of features of a sample. */
  readonly count: number;
  /** Undefined without a checkpoint. */
  readonly asked: CheckpointSelection | undefined;
  /** The control that selects the checkpoint. */
  readonly select: ReactNode;
}

/** A field for the features, and the prediction of the selected checkpoint. */
export function FeaturesView({ run, count, asked, select }: FeaturesViewProps) {
  const { name } = parseReference(run.dataset);
  const { data, error } = useAnswer(FEATURES_QUERY, { dataset: name });
  const [written, setWritten] = useState<readonly string[]>();
  const means = meanFeatures(data?.dataset?.mean ?? []);
  const hasMeans = means.length === count;
  const texts = written ?? (hasMeans ? means : new Array<string>(count).fill(""));
  const features = texts.length === count ? readFeatures(texts) : undefined;
  if (!data && error === undefined) return <section className="insight" aria-busy="true" />;
  return (
    <section className="insight" aria-label="Predict">
      <header className="insight-header">
        {select ?? <span />}
        <OperationsButton
          title="Predict"
          operations={() => [
            shown("Predict", PREDICT_FEATURES_QUERY, {
              runId: run.id,
              features: features ?? new Array<number>(count).fill(0),
              checkpoint: asked?.file ?? null,
            }),
          ]}
        />
      </header>
      <div className="draw">
        <div className="features">
          {count <= MAX_FIELDS
            ? (
              <FeatureFields
                names={data?.dataset?.columns ?? []}
                texts={texts}
                onWrite={setWritten}
              />
            )
            : (
              <textarea
                className="field-input note-field"
                aria-label={`${count} features`}
                rows={8}
                value={texts.join(", ")}
                onChange={({ target }) => setWritten(splitRow(target.value))}
              />
            )}
          <p className="panel-note">
            {written || !hasMeans
              ? `In the order of the columns of ${name}, in their own units.`
              : `The means of ${name}, in the order of its columns. Change them to predict.`}
          </p>
        </div>
        <div className="draw-answer">
          {asked === undefined ? <NoCheckpoint run={run} /> : features
            ? (
              <FeaturesAnswer
                {...{ run, asked, features }}
              />
            )
            : <p className="panel-note">{`A sample has ${count} numbers.`}</p>}
        </div>
      </div>
    </section>
  );
}

interface FeatureFieldsProps {
  /** The features' names; empty where there are none. */
  readonly names: readonly string[];
  readonly texts: readonly string[];
  onWrite(texts: readonly string[]): void;
}

function FeatureFields({ names, texts, onWrite }: FeatureFieldsProps) {
  return texts.map((text, at) => (
    <label key={at} className="field">
      <span className="field-name">{names[at] ?? `Feature ${at + 1}`}</span>
      <input
        className="field-input"
        inputMode="decimal"
        autoComplete="off"
        value={text}
        aria-invalid={text !== "" && readFeatures([text]) === undefined}
        onChange={({ target }) => onWrite(texts.with(at, target.value))}
        onPaste={(event) => {
          // A row of the table, as it stands in its file.
          const row = splitRow(event.clipboardData.getData("text"));
          if (row.length !== texts.length || row.length === 1) return;
          event.preventDefault();
          onWrite(row);
        }}
      />
    </label>
  ));
}

interface FeaturesAnswerProps {
  readonly run: RunItem;
  readonly asked: CheckpointSelection;
  readonly features: readonly number[];
}

function FeaturesAnswer({ run, asked, features }: FeaturesAnswerProps) {
  const variables = { runId: run.id, features, checkpoint: asked.file };
  const { data, isCurrent, error } = useAnswer(
    PREDICT_FEATURES_QUERY,
    variables,
    asked.checkpoint.step,
  );
  if (error !== undefined) return <p className="panel-error" role="alert">{error}</p>;
  if (!data) return <p className="guess" role="status">Asking…</p>;
  return <PredictedClass prediction={data.predict} isCurrent={isCurrent} />;
}
