/// <reference lib="dom" />
/** A modal dialog by the browser's own element, which traps the focus and closes with Escape. */
import { type ReactNode, useEffect, useId, useRef } from "react";
import { CloseIcon } from "./icons.tsx";

interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  onClose(): void;
}

const FIELDS = "input, select, textarea";

/** Renders an open dialog for as long as it is mounted. Its first field has the focus. */
export function Dialog({ title, children, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // The browser gives it to the first button, which closes the dialog at Enter.
    element?.querySelector<HTMLElement>(FIELDS)?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onClose={onClose}
      // The dialog element itself is hit only on the backdrop and its own edge.
      onClick={({ target, currentTarget }) => target === currentTarget && onClose()}
    >
      <div className="dialog-body">
        <header className="dialog-header">
          <h3 className="dialog-title" id={titleId}>{title}</h3>
          <button
            type="button"
            className="button button-quiet dialog-close"
            aria-label="Close"
            onClick={onClose}
          >
            <CloseIcon />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
