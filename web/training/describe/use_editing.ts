/// <reference lib="dom" />
/**
 * A text that is changed where it stands: a field takes its place, and what is written there is kept or left. What is
 * refused comes back into the field, with why.
 */
import { type ChangeEvent, type FormEvent, type RefObject, useId, useRef, useState } from "react";

type Field = HTMLInputElement | HTMLTextAreaElement;

export interface Editing {
  /** Whether the field is there, and not the text. */
  readonly isOpen: boolean;
  /** For the button that opens the field: it is given the focus when the field goes. */
  readonly opener: RefObject<HTMLButtonElement | null>;
  /** For the field. */
  readonly field: {
    readonly autoFocus: true;
    readonly value: string;
    onChange(event: ChangeEvent<Field>): void;
    readonly "aria-invalid": boolean;
    readonly "aria-describedby"?: string;
  };
  /** For what says why it was refused, if it was. */
  readonly refusal?: { readonly id: string; readonly role: "alert"; readonly children: string };
  open(): void;
  leave(): void;
  /** Keeps what is written, if it is anything new. */
  keep(event?: FormEvent): Promise<void>;
}

/**
 * @param text as it is to be seen
 * @param change given what is written, without the space around it; gives why that is refused, undefined if it is not
 */
export function useEditing(
  text: string,
  change: (written: string) => Promise<string | undefined>,
): Editing {
  const [isOpen, setOpen] = useState(false);
  const [written, setWritten] = useState(text);
  const [error, setError] = useState<string>();
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  const isRefused = error !== undefined;

  const leave = () => {
    setOpen(false);
    setError(undefined);
    // The button is there with the next rendering.
    requestAnimationFrame(() => opener.current?.focus());
  };
  return {
    isOpen,
    opener,
    field: {
      autoFocus: true,
      value: written,
      onChange: ({ target }) => setWritten(target.value),
      "aria-invalid": isRefused,
      ...(isRefused ? { "aria-describedby": id } : {}),
    },
    ...(isRefused ? { refusal: { id, role: "alert", children: error } } : {}),
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
