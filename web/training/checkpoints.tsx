/** The checkpoints that are kept of a run. They are asked for only while they are shown. */
import { useState } from "react";
import { useAnswer } from "../api/use_answer.ts";
import { count, percent, size } from "../parts/format.ts";
import { CHECKPOINTS_QUERY, type RunItem } from "./operations.ts";

export function Checkpoints({ run }: { readonly run: RunItem }) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className="run-part"
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>Checkpoints</summary>
      {open && <CheckpointTable run={run} />}
    </details>
  );
}

function CheckpointTable({ run }: { readonly run: RunItem }) {
  const { data, error } = useAnswer(CHECKPOINTS_QUERY, { id: run.id }, run.lastSeq);
  if (error) return <p className="panel-error" role="alert">{error}</p>;
  if (!data?.run) return null;
  const newestFirst = data.run.checkpoints.toReversed();
  if (newestFirst.length === 0) return <p className="panel-note">There is none.</p>;
  return (
    <div className="table-box" tabIndex={0} role="region" aria-label="Checkpoints, newest first">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Epoch</th>
            <th scope="col">Test acc</th>
            <th scope="col">Size</th>
            <th scope="col">File</th>
          </tr>
        </thead>
        <tbody>
          {newestFirst.map(({ file, step, epoch, testAcc, bytes }) => (
            <tr key={file}>
              <th scope="row">{count(step)}</th>
              <td>{epoch}</td>
              <td>{testAcc === null ? "–" : percent(testAcc)}</td>
              <td>{size(bytes)}</td>
              <td>{file}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
