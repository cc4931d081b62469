/// <reference lib="dom" />
/**
 * A button that shows the GraphQL operations behind a part of a panel. Each can be copied or opened in
 * GraphiQL.
 */
import { pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useState } from "react";
import type { Operation } from "../api/operation.ts";
import { Choice } from "./choice.tsx";
import { Dialog } from "./dialog.tsx";
import { BracesIcon } from "./icons.tsx";
import { inlineVariables } from "./inline_variables.ts";
import { isNarrow } from "./is_narrow.ts";

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
        title="The operations behind this"
        onClick={() => setOpen(operations())}
      >
        <BracesIcon />
        <span>GraphQL</span>
      </button>
      {open && (
        <OperationsDialog
          title={title}
          operations={open}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

interface OperationsDialogProps {
  readonly title: string;
  readonly operations: readonly ShownOperation[];
  onClose(): void;
}

function OperationsDialog({ title, operations, onClose }: OperationsDialogProps) {
  const { schema } = useGraphiQL(pick("schema"));
  const openInEditor = useOpenInEditor();
  const [index, setIndex] = useState(0);
  const [copied, setCopied] = useState(false);
  const operation = operations[index];
  if (!operation) return null;
  const inlined = schema
    ? { query: inlineVariables(operation.query, operation.variables, schema) }
    : { query: operation.query, variables: JSON.stringify(operation.variables, null, 2) };
  const text = [inlined.query, inlined.variables].filter(Boolean).join("\n\n");

  return (
    <Dialog title={title} onClose={onClose}>
      {operations.length > 1 && (
        <Choice
          label="Operation"
          options={operations.map(({ label }, value) => ({ value, text: label }))}
          chosen={index}
          onChoose={(chosen) => {
            setIndex(chosen);
            setCopied(false);
          }}
        />
      )}
      <pre className="operation-text" tabIndex={0} aria-label={operation.label}>{text}</pre>
      <div className="buttons">
        <button
          type="button"
          className="button button-primary"
          onClick={() => {
            openInEditor(inlined);
            onClose();
          }}
        >
          Open in editor
        </button>
        <button
          type="button"
          className="button"
          onClick={async () => {
            await copyText(text);
            setCopied(true);
          }}
        >
          Copy operation
        </button>
        <span className="dialog-note" role="status">{copied ? "Copied." : ""}</span>
      </div>
    </Dialog>
  );
}

/**
 * Returns a function that opens an operation in a new tab of GraphiQL, closing the panel on a narrow
 * window.
 */
function useOpenInEditor(): (operation: { query: string; variables?: string }) => void {
  const { addTab, setVisiblePlugin } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL(pick("queryEditor", "variableEditor"));
  return ({ query, variables = "" }) => {
    addTab();
    queryEditor?.setValue(`${query}\n`);
    variableEditor?.setValue(variables);
    if (isNarrow()) setVisiblePlugin(null);
    queryEditor?.focus();
  };
}

/**
 * Copies a text. navigator.clipboard exists on secure origins only, so not on a server in a local network.
 */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return await navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
