/// <reference lib="dom" />
/** Says that the form was filled in from a text, whose editor has lost the focus with that. */
import { useEffect, useRef } from "react";

interface FilledNoteProps {
  onUndo(): void;
}

/** A note with a button that undoes the filling. */
export function FilledNote({ onUndo }: FilledNoteProps) {
  const note = useRef<HTMLParagraphElement>(null);
  useEffect(() => note.current?.focus(), []);
  return (
    <p ref={note} className="start-filled" tabIndex={-1}>
      The form has been filled in from the text.{" "}
      <button type="button" className="link-button" onClick={onUndo}>Undo</button>
    </p>
  );
}
