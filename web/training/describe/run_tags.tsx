/// <reference lib="dom" />
/** A run's tags: a click on one lists the runs with the same tag; others are added and removed here. */
import { type FormEvent, useId, useRef, useState } from "react";
import { DESCRIPTION_LIMITS } from "../../../runs/log/description.ts";
import { useAnswer } from "../../api/use_answer.ts";
import { CloseIcon, PlusIcon } from "../../parts/icons.tsx";
import { TAGS_QUERY } from "../operations.ts";
import type { Description } from "./use_description.ts";

interface RunTagsProps {
  readonly description: Description;
  /** Called to list the runs with a tag. */
  onTag(tag: string): void;
}

/** The tags as buttons, and a field for another one. */
export function RunTags({ description, onTag }: RunTagsProps) {
  const { shown: { tags }, update } = description;
  const [adding, setAdding] = useState(false);
  const [error, setError] = useState<string>();
  const add = useRef<HTMLButtonElement>(null);

  const set = async (next: readonly string[]) => {
    setError(undefined);
    setError(await update({ tags: next }));
  };
  const close = () => {
    setAdding(false);
    requestAnimationFrame(() => add.current?.focus());
  };

  return (
    <>
      <div className="tags" role="group" aria-label="Tags">
        {tags.map((tag) => (
          <span key={tag} className="tag">
            <button
              type="button"
              className="tag-name"
              title={`List the runs with the tag ${tag}`}
              onClick={() => onTag(tag)}
            >
              {tag}
            </button>
            <button
              type="button"
              className="tag-remove"
              aria-label={`Remove the tag ${tag}`}
              onClick={() => set(tags.filter((other) => other !== tag))}
            >
              <CloseIcon />
            </button>
          </span>
        ))}
        {adding
          ? (
            <NewTag
              known={tags}
              onClose={close}
              onLeft={() => afterPress(() => setAdding(false))}
              onAdd={(tag) => {
                if (!tags.includes(tag)) set([...tags, tag]);
              }}
            />
          )
          : (
            <button
              ref={add}
              type="button"
              className="tag-add"
              onClick={() => setAdding(true)}
            >
              <PlusIcon />
              {tags.length === 0 ? "Add a tag" : <span className="hidden-text">Add a tag</span>}
            </button>
          )}
      </div>
      {error !== undefined && <p className="field-error run-line" role="alert">{error}</p>}
    </>
  );
}

/** Waits for the end of a press that is under way: what closes before it moves the button that is pressed away. */
function afterPress(action: () => void): void {
  if (!document.querySelector(":active")) return action();
  // The click follows in the same task.
  addEventListener("pointerup", () => setTimeout(action), { once: true });
}

const NO_VARIABLES = {};

interface NewTagProps {
  /** The tags that the run has. */
  readonly known: readonly string[];
  onAdd(tag: string): void;
  onClose(): void;
  /** Called when the focus has gone elsewhere, where it is to stay. */
  onLeft(): void;
}

/** Renders a field that stays open for the next tag until it loses the focus. */
function NewTag({ known, onAdd, onClose, onLeft }: NewTagProps) {
  const inUse = useAnswer(TAGS_QUERY, NO_VARIABLES).data?.tags ?? [];
  const [written, setWritten] = useState("");
  const listId = useId();
  const add = (event: FormEvent) => {
    event.preventDefault();
    const tag = written.trim();
    if (tag === "") return onClose();
    onAdd(tag);
    setWritten("");
  };
  return (
    <form className="tag-form" onSubmit={add}>
      <input
        className="tag-input"
        aria-label="New tag"
        placeholder="Tag, then Enter"
        autoFocus
        autoComplete="off"
        spellCheck={false}
        maxLength={2 * DESCRIPTION_LIMITS.tag}
        list={listId}
        value={written}
        onChange={({ target }) => setWritten(target.value)}
        onKeyDown={({ key }) => key === "Escape" && onClose()}
        onBlur={() => written.trim() === "" && onLeft()}
      />
      <datalist id={listId}>
        {inUse.filter(({ name }) => !known.includes(name)).map(({ name, runCount }) => (
          <option key={name} value={name}>{runCount === 1 ? "1 run" : `${runCount} runs`}</option>
        ))}
      </datalist>
    </form>
  );
}
