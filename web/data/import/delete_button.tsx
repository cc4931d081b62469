/** A button that deletes an imported dataset, after a question. */
import { count } from "../../../lib/format.ts";
import { keptByRuns } from "../../../runs/dataset_use.ts";
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

/** A button that deletes a dataset once the user has confirmed it. */
export function DeleteButton({ name, samples, title, onDeleted }: DeleteButtonProps) {
  return (
    <AskButton
      text="Delete"
      title={title}
      question={<DeletionOf name={name} samples={samples} />}
      yes="Delete the dataset"
      no="Keep the dataset"
      act={async () => {
        await request(DELETE_DATASET, { name });
        onDeleted();
      }}
    />
  );
}

/** Says what will be deleted. It reads the number of runs when it is shown: there is a button for each dataset. */
function DeletionOf({ name, samples }: Pick<DeleteButtonProps, "name" | "samples">) {
  const { data } = useAnswer(DATASET_USES_QUERY, NO_VARIABLES);
  const runs = data?.datasets.find((dataset) => dataset.name === name)?.runCount ?? 0;
  return (
    <>
      {name} will be deleted with its {count(samples)} samples.
      {runs > 0 && ` ${keptByRuns(runs)}`} This cannot be undone.
    </>
  );
}
