/// <reference lib="dom" />
/** The note on a run, as people write notes: lines of text. */
import { type FormEvent, useId, useRef, useState } from "react";
import type { Description } from "./use_description.ts";

export function RunNote({ description }: { readonly description: Description }) {
  const { shown: { note }, update } = description;
  const [editing, setEditing] = useState(false);
  const [error, setError] = useState<string>();
  const [written, setWritten] = useState(note);
  const edit = useRef<HTMLButtonElement>(null);
  const errorId = useId();

  const close = () => {
    setEditing(false);
    setError(undefined);
    requestAnimationFrame(() => edit.current?.focus());
  };
  const save = async (event?: FormEvent) => {
    event?.preventDefault();
    close();
    if (written.trim() === note) return;
    const refused = await update({ note: written });
    if (refused === undefined) return;
    setError(refused);
    setEditing(true);
  };

  if (!editing) {
    return (
      <div className="run-line run-note">
        {note !== "" && <p className="note-text">{note}</p>}
        <button
          ref={edit}
          type="button"
          className="link-button"
          onClick={() => {
            setWritten(note);
            setEditing(true);
          }}
        >
          {note === "" ? "Add a note" : "Edit the note"}
        </button>
      </div>
    );
  }
  return (
    <form className="run-line note-form" onSubmit={save}>
      <textarea
        className="field-input note-field"
        aria-label="Note"
        placeholder="What this run is for, what it showed …"
        autoFocus
        rows={4}
        value={written}
        onChange={({ target }) => setWritten(target.value)}
        onKeyDown={({ key, ctrlKey, metaKey }) => {
          if (key === "Escape") close();
          else if (key === "Enter" && (ctrlKey || metaKey)) save();
        }}
        aria-invalid={error !== undefined}
        {...(error === undefined ? {} : { "aria-describedby": errorId })}
      />
      {error !== undefined && <p className="field-error" id={errorId} role="alert">{error}</p>}
      <div className="buttons">
        <button type="submit" className="button button-primary" title="Ctrl Enter">Save</button>
        <button type="button" className="button" onClick={close}>Leave it</button>
      </div>
    </form>
  );
}
