/** The Training panel as a plugin of GraphiQL: its title, its icon, its content. */
import type { GraphiQLPlugin } from "@graphiql/react";
import { TrainingPanel } from "./panel.tsx";

function CurveIcon() {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M3.5 3.5v17h17" />
      <path d="M7.5 6c1 7 4 10 12 10.5" />
    </svg>
  );
}

// GraphiQL compares plugins by identity: this is the only one.
export const trainingPlugin: GraphiQLPlugin = {
  title: "Training",
  icon: CurveIcon,
  content: TrainingPanel,
};
