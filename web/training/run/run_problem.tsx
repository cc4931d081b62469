/** The open run's latest problem, shown without opening its log. */
import { useAnswer } from "../../api/use_answer.ts";
import { LogLine, toneOf } from "./log_line.tsx";
import { type LogItem, LOGS_QUERY, type RunItem } from "../operations.ts";
import { useRefresh } from "../../api/use_refresh.ts";

/** Enough for a problem and the line that reports its end. */
const SHOWN_LINES = 4;

const NONE: readonly LogItem[] = [];

/** The last lines of a run's log if one of them is a warning or an error. */
export function RunProblem({ run: { id, state } }: { readonly run: RunItem }) {
  const { data, isCurrent } = useAnswer(LOGS_QUERY, { id, last: SHOWN_LINES }, useRefresh(state));
  const lines = isCurrent ? data?.run?.logs ?? NONE : NONE;
  const hasProblem = lines.some(({ level }) => level !== "INFO");
  return (
    <div className="run-trouble" role="log" aria-label="Trouble">
      {hasProblem && (
        <ol className="log-lines">
          {lines.map(({ seq, at, level, message }) => (
            <LogLine key={seq} at={at} tone={toneOf(level)}>
              <span className="log-level">{level.toLowerCase()}</span> {message}
            </LogLine>
          ))}
        </ol>
      )}
    </div>
  );
}
