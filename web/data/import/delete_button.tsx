/** A button that deletes an imported dataset, after a question. */
import { count } from "../../../lib/format.ts";
import { request } from "../../api/request.ts";
import { useAnswer } from "../../api/use_answer.ts";
import { AskButton } from "../../parts/ask_button.tsx";
import { DATASET_USES_QUERY } from "../operations.ts";
import { DELETE_DATASET } from "./operations.ts";

const NO_VARIABLES = {};

interface DeleteButtonProps {
  readonly name: string;
  /** The number of its samples. */
  readonly samples: number;
  /** The heading of the question. */
  readonly title: string;
  onDeleted(): void;
}

export function DeleteButton({ name, samples, title, onDeleted }: DeleteButtonProps) {
  const { data } = useAnswer(DATASET_USES_QUERY, NO_VARIABLES);
  const runs = data?.datasets.find((dataset) => dataset.name === name)?.runCount ?? 0;
  return (
    <AskButton
      text="Delete"
      title={title}
      question={`${name} will be deleted with its ${count(samples)} samples.${
        usedBy(runs)
      } This cannot be undone.`}
      yes="Delete the dataset"
      no="Keep the dataset"
      act={async () => {
        await request(DELETE_DATASET, { name });
        onDeleted();
      }}
    />
  );
}

function usedBy(runs: number): string {
  if (runs === 0) return "";
  return ` ${count(runs)} ${
    runs === 1 ? "run that uses it keeps its" : "runs that use it keep their"
  } ` +
    "curves, checkpoints and evaluations, but cannot be trained further.";
}
