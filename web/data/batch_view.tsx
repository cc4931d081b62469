/** One training step's input: a batch as the DataLoader yields it. */
import { useState } from "react";
import { useAnswer } from "../api/use_answer.ts";
import { Choice } from "../parts/choice.tsx";
import { count } from "../../lib/format.ts";
import { BATCH_QUERY, type PictureTheme, type Split } from "./operations.ts";
import { svgDataUri } from "./svg_data_uri.ts";

const SIZES = [16, 32, 64, 100].map((value) => ({ value, text: String(value) }));
const ORDERS = [
  { value: "shuffled", text: "Shuffled, seed 1" },
  { value: "plain", text: "In order" },
] as const;

interface BatchViewProps {
  readonly dataset: string;
  readonly split: Split;
  readonly theme: PictureTheme;
}

/** The batches of a split, one at a time, shuffled or in order. */
export function BatchView({ dataset, split, theme }: BatchViewProps) {
  const [batchSize, setBatchSize] = useState(32);
  const [order, setOrder] = useState<"shuffled" | "plain">("shuffled");
  const [number, setNumber] = useState(1);
  const seed = order === "shuffled" ? 1 : null;
  const { data, isCurrent, error } = useAnswer(BATCH_QUERY, {
    dataset,
    split,
    batchSize,
    seed,
    number,
    theme,
  });
  const batch = data?.batch;
  if (error !== undefined) return <p className="panel-error" role="alert">{error}</p>;
  return (
    <>
      <div className="data-choices">
        <Choice
          label="Batch size"
          options={SIZES}
          chosen={batchSize}
          onChoose={(size) => {
            setBatchSize(size);
            setNumber(1);
          }}
        />
        <Choice label="Order" options={ORDERS} chosen={order} onChoose={setOrder} />
      </div>
      <p className="panel-note" role="status">
        {batch
          ? `Batch ${count(batch.number)} of ${count(batch.batches)}, ` +
            `shape ${batch.shape.join(" × ")}, values from 0 to 1`
          : "Loading…"}
      </p>
      <figure className="picture" tabIndex={0} aria-label="Picture" aria-busy={!isCurrent}>
        {batch && (
          <img
            src={svgDataUri(batch.picture.svg)}
            alt={`The batch's samples, labelled ${batch.labels.join(", ")}`}
          />
        )}
      </figure>
      <div className="buttons">
        <button
          type="button"
          className="button"
          disabled={number === 1}
          onClick={() => setNumber(number - 1)}
        >
          Previous
        </button>
        <button
          type="button"
          className="button"
          disabled={!batch || number === batch.batches}
          onClick={() => setNumber(number + 1)}
        >
          Next
        </button>
      </div>
    </>
  );
}
