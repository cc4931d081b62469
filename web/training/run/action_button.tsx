/** A button that runs a mutation on a run. */
import { request } from "../../api/request.ts";
import type { Operation } from "../../api/operation.ts";
import { errorText } from "../../parts/error_text.ts";
import type { RunItem } from "../operations.ts";

interface ChangeButtonProps<Name extends string> {
  readonly text: string;
  readonly operation: Operation<
    { readonly [Field in Name]: { readonly run: RunItem } },
    { readonly runId: string }
  >;
  /** The mutation's root field. */
  readonly field: Name;
  readonly run: RunItem;
  onChanged(run: RunItem): void;
  onProblem(message: string | undefined): void;
}

/** A button that sends a mutation, and shows its problem. */
export function ChangeButton<Name extends string>(
  { text, operation, field, run, onChanged, onProblem }: ChangeButtonProps<Name>,
) {
  const change = async () => {
    onProblem(undefined);
    try {
      onChanged((await request(operation, { runId: run.id }))[field].run);
    } catch (problem) {
      onProblem(errorText(problem));
    }
  };
  return <button type="button" className="button" onClick={change}>{text}</button>;
}
