/// <reference lib="dom" />
/** The whole page: its header, the panel that its address names, and GraphiQL beside it when it is open. */
import { Suspense, useEffect, useState } from "react";
import { setEditorOpen, useEditorState } from "../graphiql/editor_state.ts";
import { lazyEditor } from "../graphiql/lazy_editor.ts";
import { useAddress } from "../parts/address.ts";
import { PanelErrorBoundary } from "../parts/error_boundary.tsx";
import { lazyPart } from "../parts/lazy_part.ts";
import { TrainingPanel } from "../training/panel.tsx";
import { PageHeader } from "./page_header.tsx";

const DataPanel = lazyPart(async () => (await import("../data/panel.tsx")).DataPanel);
const GraphqlPane = lazyEditor(async () => (await import("../graphiql/pane.tsx")).GraphqlPane);

/** Renders the page. */
export function Page() {
  const { isOpen } = useEditorState();
  const address = useAddress();
  // Once opened, the editor keeps its answers and subscriptions while it is folded away.
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) setWasOpen(true);
  useOperationOfLink();
  useShortcut();
  return (
    <div className="page" data-editor={isOpen ? "open" : "closed"}>
      <PageHeader />
      <main className="page-panel">
        <PanelErrorBoundary key={address.view === "data" ? "data" : "training"}>
          {address.view === "data"
            ? (
              <Suspense fallback={<section className="panel" aria-busy="true" />}>
                <DataPanel name={address.dataset} />
              </Suspense>
            )
            : <TrainingPanel address={address} />}
        </PanelErrorBoundary>
      </main>
      {wasOpen && (
        <aside className="page-editor" aria-label="GraphQL editor" hidden={!isOpen}>
          <PanelErrorBoundary>
            <Suspense fallback={<p className="page-loading">Loading the editor…</p>}>
              <GraphqlPane />
            </Suspense>
          </PanelErrorBoundary>
        </aside>
      )}
    </div>
  );
}

/** Opens the editor for a link with an operation: ?query=. */
function useOperationOfLink(): void {
  useEffect(() => {
    if (new URLSearchParams(location.search).has("query")) setEditorOpen(true);
  }, []);
}

/** The key G opens and closes the editor, except where one types. */
function useShortcut(): void {
  const { isOpen } = useEditorState();
  useEffect(() => {
    const press = ({ key, ctrlKey, metaKey, altKey, target }: KeyboardEvent) => {
      if (key !== "g" || ctrlKey || metaKey || altKey) return;
      const isTyping = target instanceof HTMLElement &&
        target.closest("input, textarea, select, dialog, [contenteditable], .monaco-editor");
      if (!isTyping) setEditorOpen(!isOpen);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [isOpen]);
}
