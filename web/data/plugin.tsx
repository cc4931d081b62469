/** The Data panel as a plugin of GraphiQL. What it shows is loaded when it is first opened. */
import type { GraphiQLPlugin } from "@graphiql/react";
import { lazy, Suspense } from "react";
import { GridIcon } from "../parts/icons.tsx";

const DataPanel = lazy(async () => ({ default: (await import("./panel.tsx")).DataPanel }));

// GraphiQL compares plugins by identity: this is the only one.
export const dataPlugin: GraphiQLPlugin = {
  title: "Data",
  icon: GridIcon,
  content: () => (
    <Suspense fallback={<section className="panel" aria-busy="true" />}>
      <DataPanel />
    </Suspense>
  ),
};
