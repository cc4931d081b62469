/// <reference lib="dom" />
/** A run's name, edited in place: Enter saves it, Escape discards the change. */
import { DESCRIPTION_LIMITS } from "../../../runs/log/description.ts";
import { PencilIcon } from "../../parts/icons.tsx";
import type { Description } from "./use_description.ts";
import { useEditing } from "./use_editing.ts";

/** The name as a heading, and a button to edit it. */
export function RunName({ description }: { readonly description: Description }) {
  const { shown: { name }, update } = description;
  const { isOpen, opener, field, refusal, open, leave, keep } = useEditing(
    name,
    (name) => update({ name }),
  );
  if (!isOpen) {
    return (
      <div className="run-title">
        <h3 className="run-name">{name}</h3>
        <button
          ref={opener}
          type="button"
          className="button button-quiet button-icon"
          aria-label="Rename"
          title="Rename"
          onClick={open}
        >
          <PencilIcon />
        </button>
      </div>
    );
  }
  return (
    <form className="run-renaming" onSubmit={keep}>
      <input
        {...field}
        className="field-input"
        aria-label="Name"
        autoComplete="off"
        spellCheck={false}
        maxLength={2 * DESCRIPTION_LIMITS.name}
        onFocus={({ target }) => target.select()}
        onKeyDown={({ key }) => key === "Escape" && leave()}
      />
      <button type="submit" className="button button-primary">Rename</button>
      <button type="button" className="button" onClick={leave}>Discard</button>
      {refusal && <p className="field-error" {...refusal} />}
    </form>
  );
}
