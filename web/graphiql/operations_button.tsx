/** A button that shows the GraphQL operations behind a part of a panel. Its dialog is loaded when it is first opened. */
import { Suspense, useState } from "react";
import type { Operation } from "../api/operation.ts";
import { BracesIcon } from "../parts/icons.tsx";
import { lazyPart } from "../parts/lazy_part.ts";

const OperationsDialog = lazyPart(async () =>
  (await import("./operations_dialog.tsx")).OperationsDialog
);

/** An operation with its current variables. */
export interface ShownOperation {
  /** Its purpose in a word or two. */
  readonly label: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Pairs an operation with its variables, checked against each other. */
export function shown<Data, Variables extends Record<string, unknown>>(
  label: string,
  { query }: Operation<Data, Variables>,
  variables: Variables,
): ShownOperation {
  return { label, query, variables };
}

interface OperationsButtonProps {
  /** The dialog's title: the subject of the operations. */
  readonly title: string;
  /** Called when the button is pressed. */
  operations(): readonly ShownOperation[];
}

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
