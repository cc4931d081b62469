/// <reference lib="dom" />
/**
 * A text that is edited in place: a field replaces it until the text is saved or discarded. A refused text
 * returns to the field with the reason.
 */
import { type ChangeEvent, type FormEvent, type RefObject, useId, useRef, useState } from "react";
import { useProblem } from "../../api/use_problem.ts";

type Field = HTMLInputElement | HTMLTextAreaElement;

export interface Editing {
  /** True while the field replaces the text. */
  readonly isOpen: boolean;
  /** Ref of the button that opens the field; it gets the focus when the field closes. */
  readonly opener: RefObject<HTMLButtonElement | null>;
  /** Props of the field. */
  readonly field: {
    readonly autoFocus: true;
    readonly value: string;
    onChange(event: ChangeEvent<Field>): void;
    readonly "aria-invalid": boolean;
    readonly "aria-describedby": string | undefined;
  };
  /** Props of the message with the reason for a refusal, if there is one. */
  readonly refusal:
    | { readonly id: string; readonly role: "alert"; readonly children: string }
    | undefined;
  open(): void;
  leave(): void;
  /** Saves the text if it has changed. */
  keep(event?: FormEvent): Promise<void>;
}

/**
 * Edits a text in place.
 *
 * @param text the current text
 * @param change receives the new text, trimmed; resolves to the reason for a refusal, undefined if it is
 * accepted
 * @param draft the key under which this tab keeps a text that is not saved yet; it is not kept without one
 */
export function useEditing(
  text: string,
  change: (written: string) => Promise<string | undefined>,
  draft?: string,
): Editing {
  const kept = draft === undefined ? null : sessionStorage.getItem(draft);
  const [isOpen, setOpen] = useState(kept !== null);
  const [written, setWritten] = useState(kept ?? text);
  const [error, setError] = useProblem();
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  const isRefused = error !== undefined;

  const keepDraft = (text: string | undefined) => {
    if (draft === undefined) return;
    if (text === undefined) sessionStorage.removeItem(draft);
    else sessionStorage.setItem(draft, text);
  };
  const leave = () => {
    keepDraft(undefined);
    setOpen(false);
    setError(undefined);
    // The button exists after the next rendering.
    requestAnimationFrame(() => opener.current?.focus());
  };
  return {
    isOpen,
    opener,
    field: {
      autoFocus: true,
      value: written,
      onChange({ target }) {
        setWritten(target.value);
        keepDraft(target.value);
      },
      "aria-invalid": isRefused,
      "aria-describedby": isRefused ? id : undefined,
    },
    refusal: isRefused ? { id, role: "alert", children: error } : undefined,
    open() {
      setWritten(text);
      setOpen(true);
    },
    leave,
    async keep(event) {
      event?.preventDefault();
      leave();
      const wanted = written.trim();
      if (wanted === text) return;
      const refused = await change(wanted);
      if (refused === undefined) return;
      setError(refused);
      setOpen(true);
    },
  };
}
