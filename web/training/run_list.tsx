/** All runs, newest first; choosing one opens it. */
import type { RunItem } from "../api/operations.ts";
import { StateBadge } from "./state_badge.tsx";

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

interface RunListProps {
  readonly runs: readonly RunItem[];
  /** The id of the open run. */
  readonly shown: string | undefined;
  onChoose(id: string): void;
}

export function RunList({ runs, shown, onChoose }: RunListProps) {
  return (
    <nav className="runs" aria-label="Runs">
      <h3 className="runs-title">Runs</h3>
      <ul className="runs-list">
        {runs.map((run) => (
          <li key={run.id}>
            <button
              type="button"
              className="runs-item"
              aria-current={run.id === shown}
              onClick={() => onChoose(run.id)}
            >
              <span className="runs-name">{run.name}</span>
              <span className="runs-epochs">{run.progress.epoch} / {run.progress.epochs}</span>
              <StateBadge state={run.state} />
              <time className="runs-time" dateTime={run.createdAt}>
                {WHEN.format(new Date(run.createdAt))}
              </time>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
