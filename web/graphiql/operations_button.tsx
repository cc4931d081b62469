/**
 * A button that shows the GraphQL operations behind a part of a panel. Its dialog is loaded when it is first opened.
 */
import { Suspense, useState } from "react";
import { BracesIcon } from "../parts/icons.tsx";
import { lazyPart } from "../parts/lazy_part.ts";
import type { ShownOperation } from "./shown_operation.ts";

const OperationsDialog = lazyPart(async () =>
  (await import("./operations_dialog.tsx")).OperationsDialog
);

interface OperationsButtonProps {
  /** The dialog's title: the subject of the operations. */
  readonly title: string;
  /** Called when the button is pressed. */
  operations(): readonly ShownOperation[];
}

/** A button that opens the dialog with these operations. */
export function OperationsButton({ title, operations }: OperationsButtonProps) {
  const [open, setOpen] = useState<readonly ShownOperation[]>();
  return (
    <>
      <button
        type="button"
        className="button button-quiet operations-button"
        aria-haspopup="dialog"
        aria-label={`GraphQL: ${title}`}
        title="Show the GraphQL for this"
        onClick={() => setOpen(operations())}
      >
        <BracesIcon />
        <span>GraphQL</span>
      </button>
      {open && (
        <Suspense>
          <OperationsDialog title={title} operations={open} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </>
  );
}
