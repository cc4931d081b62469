/**
 * A run's checkpoints and their names; named ones are never pruned. They are loaded only while they are
 * shown.
 */
import { useState } from "react";
import { useAnswer } from "../../api/use_answer.ts";
import { count, percent, size } from "../../../lib/format.ts";
import { PageLink } from "../../parts/page_link.tsx";
import { CheckpointName } from "./checkpoint_name.tsx";
import { CHECKPOINTS_QUERY, type RunItem } from "../operations.ts";

interface CheckpointsProps {
  readonly run: RunItem;
  onChanged(run: RunItem): void;
}

/** A table of the checkpoints, in a part that opens. */
export function Checkpoints(props: CheckpointsProps) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className="run-part"
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>Checkpoints</summary>
      {open && <CheckpointTable {...props} />}
    </details>
  );
}

function CheckpointTable({ run, onChanged }: CheckpointsProps) {
  const { data, error } = useAnswer(CHECKPOINTS_QUERY, { id: run.id }, run.lastSeq);
  const [refused, setRefused] = useState<string>();
  if (error) return <p className="panel-error" role="alert">{error}</p>;
  if (!data?.run) return null;
  const newestFirst = data.run.checkpoints.toReversed();
  if (newestFirst.length === 0) return <p className="panel-note">There is none.</p>;
  return (
    <>
      <div className="table-box" tabIndex={0} role="region" aria-label="Checkpoints, newest first">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Epoch</th>
              <th scope="col">Test acc</th>
              <th scope="col">Size</th>
              <th scope="col">File</th>
              <th scope="col">Name</th>
              <th scope="col">Weights</th>
            </tr>
          </thead>
          <tbody>
            {newestFirst.map((checkpoint) => (
              <tr key={checkpoint.file}>
                <th scope="row">{count(checkpoint.step)}</th>
                <td>{checkpoint.epoch}</td>
                <td>{checkpoint.testAcc === null ? "–" : percent(checkpoint.testAcc)}</td>
                <td>{size(checkpoint.bytes)}</td>
                <td>{checkpoint.file}</td>
                <td>
                  <CheckpointName
                    runId={run.id}
                    checkpoint={checkpoint}
                    onChanged={onChanged}
                    onRefused={setRefused}
                  />
                </td>
                <td>
                  <PageLink to={{ view: "new", like: run.id, epoch: checkpoint.epoch }}>
                    Start from these
                  </PageLink>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {refused !== undefined && <p className="field-error" role="alert">{refused}</p>}
      <p className="panel-note">
        Only the newest and the best are kept. Name one to keep it.
      </p>
    </>
  );
}
