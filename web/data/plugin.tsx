/** The Data panel as a GraphiQL plugin. Its content is loaded when it is first opened. */
import type { GraphiQLPlugin } from "@graphiql/react";
import { Suspense } from "react";
import { PanelErrorBoundary } from "../parts/error_boundary.tsx";
import { GridIcon } from "../parts/icons.tsx";
import { lazyPart } from "../parts/lazy_part.ts";

const DataPanel = lazyPart(async () => (await import("./panel.tsx")).DataPanel);

// GraphiQL compares plugins by identity: this is the only one.
export const dataPlugin: GraphiQLPlugin = {
  title: "Data",
  icon: GridIcon,
  content: () => (
    <PanelErrorBoundary>
      <Suspense fallback={<section className="panel" aria-busy="true" />}>
        <DataPanel />
      </Suspense>
    </PanelErrorBoundary>
  ),
};
