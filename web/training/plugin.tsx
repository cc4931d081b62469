/** The Training panel as a GraphiQL plugin: its title, icon and content. */
import type { GraphiQLPlugin } from "@graphiql/react";
import { PanelErrorBoundary } from "../parts/error_boundary.tsx";
import { CurveIcon } from "../parts/icons.tsx";
import { TrainingPanel } from "./panel.tsx";

// GraphiQL compares plugins by identity: this is the only one.
export const trainingPlugin: GraphiQLPlugin = {
  title: "Training",
  icon: CurveIcon,
  content: () => (
    <PanelErrorBoundary>
      <TrainingPanel />
    </PanelErrorBoundary>
  ),
};
