/// <reference lib="dom" />
/** The GraphQL operations behind a part of a panel. Each can be copied or opened in GraphiQL. */
import { useState } from "react";
import { Choice } from "../parts/choice.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { openInEditor } from "./editor_state.ts";
import { inlineVariables } from "./inline_variables.ts";
import type { ShownOperation } from "./shown_operation.ts";
import { useSchema } from "./use_schema.ts";

interface OperationsDialogProps {
  readonly title: string;
  readonly operations: readonly ShownOperation[];
  onClose(): void;
}

/** A dialog with operations, one at a time. */
export function OperationsDialog({ title, operations, onClose }: OperationsDialogProps) {
  const schema = useSchema();
  const [index, setIndex] = useState(0);
  const [copied, setCopied] = useState(false);
  const operation = operations[index];
  if (!operation || schema === undefined) return null;
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
