/// <reference lib="dom" />
/** Tools for all ticked runs at once: a tag for them, or their deletion. */
import { type FormEvent, useState } from "react";
import { DESCRIPTION_LIMITS } from "../../../runs/log/description.ts";
import { isFinished } from "../../../runs/log/state.ts";
import { count } from "../../../lib/format.ts";
import { request } from "../../api/request.ts";
import { useProblem } from "../../api/use_problem.ts";
import { AskButton } from "../../parts/ask_button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { errorText } from "../../parts/error_text.ts";
import { DELETE_RUN, type RunItem, UPDATE_RUN } from "../operations.ts";

interface SelectionToolsProps {
  /** The ticked runs. */
  readonly runs: readonly RunItem[];
  onChanged(runs: readonly RunItem[]): void;
  onDeleted(ids: readonly string[]): void;
  onClear(): void;
}

/** The actions for the ticked runs. */
export function SelectionTools({ runs, onChanged, onDeleted, onClear }: SelectionToolsProps) {
  const [problem, setProblem] = useProblem();
  const finished = runs.filter(({ state }) => isFinished(state));
  const remove = async () => {
    const { done, problems } = await forEachRun(finished, async ({ id }) => {
      await request(DELETE_RUN, { runId: id });
      return id;
    });
    onDeleted(done);
    setProblem(problems);
  };
  const tag = async (name: string) => {
    const untagged = runs.filter(({ tags }) => !tags.includes(name));
    const { done, problems } = await forEachRun(untagged, async ({ id, tags }) => {
      const input = { tags: [...tags, name] };
      return (await request(UPDATE_RUN, { runId: id, input })).updateRun.run;
    });
    onChanged(done);
    setProblem(problems);
  };
  return (
    <div className="runs-selection" role="group" aria-label="Selected runs">
      <span>{count(runs.length)} selected</span>
      <span className="buttons">
        <TagButton runs={runs} onTag={tag} />
        {finished.length > 0 && (
          <AskButton
            text="Delete"
            title={`Delete ${runsOf(finished.length)}?`}
            question={deletionOf(finished, runs.length - finished.length)}
            yes={`Delete ${runsOf(finished.length)}`}
            no="Keep them"
            act={remove}
          />
        )}
        <button type="button" className="button button-quiet" onClick={onClear}>Clear</button>
      </span>
      {problem !== undefined && <p className="panel-error" role="alert">{problem}</p>}
    </div>
  );
}

/** The largest number of runs that a question names. */
const MAX_NAMED = 10;

function deletionOf(finished: readonly RunItem[], others: number) {
  const named = finished.slice(0, MAX_NAMED).map(({ name }) => name);
  const more = finished.length - named.length;
  return (
    <>
      <strong>{named.join("; ")}</strong>
      {more > 0 && ` and ${count(more)} more`}{" "}
      with logs and checkpoints will be deleted. This cannot be undone.
      {others > 0 &&
        ` ${
          others === 1 ? "1 run that has" : `${runsOf(others)} that have`
        } not ended will be kept.`}
    </>
  );
}

function runsOf(number: number): string {
  return number === 1 ? "1 run" : `${count(number)} runs`;
}

interface TagButtonProps {
  readonly runs: readonly RunItem[];
  onTag(tag: string): Promise<void>;
}

function TagButton({ runs, onTag }: TagButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const add = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const tag = String(new FormData(event.currentTarget).get("tag") ?? "").trim();
    if (tag === "") return;
    setOpen(false);
    await onTag(tag);
  };
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>Add a tag</button>
      {isOpen && (
        <Dialog
          title={`Add a tag to ${runsOf(runs.length)}`}
          onClose={() => setOpen(false)}
        >
          <form className="runs-tag-form" onSubmit={add}>
            <input
              className="field-input"
              name="tag"
              aria-label="Tag"
              placeholder="Tag"
              autoComplete="off"
              spellCheck={false}
              maxLength={2 * DESCRIPTION_LIMITS.tag}
            />
            <button type="submit" className="button button-primary">Add</button>
          </form>
        </Dialog>
      )}
    </>
  );
}

/**
 * Changes runs one after the other.
 *
 * @returns the results of those that were changed, and a sentence about the others
 */
async function forEachRun<Result>(
  runs: readonly RunItem[],
  change: (run: RunItem) => Promise<Result>,
): Promise<{ readonly done: readonly Result[]; readonly problems: string | undefined }> {
  const done: Result[] = [];
  const problems: string[] = [];
  for (const run of runs) {
    try {
      done.push(await change(run));
    } catch (problem) {
      problems.push(`${run.name}: ${errorText(problem)}`);
    }
  }
  return { done, problems: problems.length === 0 ? undefined : problems.join(" ") };
}
