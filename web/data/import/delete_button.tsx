/** A button that deletes an imported dataset, after a question. */
import { count } from "../../../lib/format.ts";
import { request } from "../../api/request.ts";
import { AskButton } from "../../parts/ask_button.tsx";
import { DELETE_DATASET } from "./operations.ts";

interface DeleteButtonProps {
  readonly name: string;
  /** The number of its samples. */
  readonly samples: number;
  /** The heading of the question. */
  readonly title: string;
  onDeleted(): void;
}

export function DeleteButton({ name, samples, title, onDeleted }: DeleteButtonProps) {
  return (
    <AskButton
      text="Delete"
      title={title}
      question={`${name} will be deleted with its ${
        count(samples)
      } samples. This cannot be undone.`}
      yes="Delete the dataset"
      no="Keep the dataset"
      act={async () => {
        await request(DELETE_DATASET, { name });
        onDeleted();
      }}
    />
  );
}
