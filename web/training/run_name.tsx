/// <reference lib="dom" />
/** A run's name, to be changed where it stands: Enter keeps it, Escape leaves it. */
import { type FormEvent, useId, useRef, useState } from "react";
import { DESCRIPTION_LIMITS } from "../../runs/description.ts";
import { PencilIcon } from "../parts/icons.tsx";
import type { Description } from "./use_description.ts";

export function RunName({ description }: { readonly description: Description }) {
  const { shown: { name }, update } = description;
  const [editing, setEditing] = useState(false);
  const [error, setError] = useState<string>();
  const [written, setWritten] = useState(name);
  const rename = useRef<HTMLButtonElement>(null);
  const errorId = useId();

  const close = () => {
    setEditing(false);
    setError(undefined);
    // The button is there with the next rendering.
    requestAnimationFrame(() => rename.current?.focus());
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const wanted = written.trim();
    if (wanted === name) return close();
    close();
    const refused = await update({ name: wanted });
    if (refused === undefined) return;
    setError(refused);
    setEditing(true);
  };

  if (!editing) {
    return (
      <div className="run-title">
        <h3 className="run-name">{name}</h3>
        <button
          ref={rename}
          type="button"
          className="button button-quiet button-icon"
          aria-label="Rename"
          title="Rename"
          onClick={() => {
            setWritten(name);
            setEditing(true);
          }}
        >
          <PencilIcon />
        </button>
      </div>
    );
  }
  return (
    <form className="run-renaming" onSubmit={save}>
      <input
        className="field-input"
        aria-label="Name"
        autoFocus
        autoComplete="off"
        spellCheck={false}
        maxLength={2 * DESCRIPTION_LIMITS.name}
        value={written}
        onChange={({ target }) => setWritten(target.value)}
        onFocus={({ target }) => target.select()}
        onKeyDown={({ key }) => key === "Escape" && close()}
        aria-invalid={error !== undefined}
        {...(error === undefined ? {} : { "aria-describedby": errorId })}
      />
      <button type="submit" className="button button-primary">Rename</button>
      <button type="button" className="button" onClick={close}>Leave it</button>
      {error !== undefined && <p className="field-error" id={errorId} role="alert">{error}</p>}
    </form>
  );
}
