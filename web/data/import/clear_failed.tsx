/** A button that removes all imports that failed or were cancelled. Nothing is lost, so it does not ask. */
import { useState } from "react";
import { count } from "../../../lib/format.ts";
import { request } from "../../api/request.ts";
import { useProblem } from "../../api/use_problem.ts";
import { errorText } from "../../parts/error_text.ts";
import { type Dataset, DATASETS_QUERY } from "../operations.ts";
import { DELETE_DATASET } from "./operations.ts";

/** Returns whether an import has ended without a dataset. */
export function hasFailed({ state }: Pick<Dataset, "state">): boolean {
  return state === "FAILED" || state === "CANCELLED";
}

/** Names some of them: 'failed and cancelled imports'. */
function failedImportsText(failed: readonly Pick<Dataset, "state">[]): string {
  const states = ["FAILED", "CANCELLED"].filter((wanted) =>
    failed.some(({ state }) => state === wanted)
  );
  const how = states.join(" and ").toLowerCase();
  return `${how} ${failed.length === 1 ? "import" : "imports"}`;
}

interface ClearFailedProps {
  readonly datasets: readonly Dataset[];
  onCleared(): void;
}

/** Shows nothing while no import has failed. */
export function ClearFailed({ datasets, onCleared }: ClearFailedProps) {
  const [isClearing, setClearing] = useState(false);
  const [problem, setProblem] = useProblem();
  const failed = datasets.filter(hasFailed);
  const clear = async () => {
    setClearing(true);
    setProblem(undefined);
    try {
      // One of these names may have been imported anew.
      const now = (await request(DATASETS_QUERY, {})).datasets.filter(hasFailed);
      for (const { name } of now) await request(DELETE_DATASET, { name });
    } catch (problem) {
      setProblem(errorText(problem));
    } finally {
      setClearing(false);
      onCleared();
    }
  };
  return (
    <>
      {failed.length > 0 && (
        <button type="button" className="button" disabled={isClearing} onClick={clear}>
          Clear {count(failed.length)} {failedImportsText(failed)}
        </button>
      )}
      {problem !== undefined && <p className="panel-error" role="alert">{problem}</p>}
    </>
  );
}
