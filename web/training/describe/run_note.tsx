/// <reference lib="dom" />
/** The note on a run: free text of several lines. */
import type { Description } from "./use_description.ts";
import { useEditing } from "./use_editing.ts";

interface RunNoteProps {
  /** The id of the run, under which a note that is not saved is kept. */
  readonly id: string;
  readonly description: Description;
}

/** The note, which can be edited; a button to write one if there is none. */
export function RunNote({ id, description }: RunNoteProps) {
  const { shown: { note }, update } = description;
  const { isOpen, opener, field, refusal, open, leave, keep } = useEditing(
    note,
    (note) => update({ note }),
    `epochql-note-${id}`,
  );
  if (!isOpen) {
    return (
      <div className="run-line run-note">
        {note !== "" && <p className="note-text">{note}</p>}
        <button ref={opener} type="button" className="link-button" onClick={open}>
          {note === "" ? "Add a note" : "Edit the note"}
        </button>
      </div>
    );
  }
  return (
    <form className="run-line note-form" onSubmit={keep}>
      <textarea
        {...field}
        className="field-input note-field"
        aria-label="Note"
        placeholder="What this run is for, what it showed …"
        rows={4}
        onKeyDown={({ key, ctrlKey, metaKey }) => {
          if (key === "Escape") leave();
          else if (key === "Enter" && (ctrlKey || metaKey)) void keep();
        }}
      />
      {refusal && <p className="field-error" {...refusal} />}
      <div className="buttons">
        <button type="submit" className="button button-primary" title="Ctrl Enter">Save</button>
        <button type="button" className="button" onClick={leave}>Discard</button>
      </div>
    </form>
  );
}
