/// <reference lib="dom" />
/** Every setting of a run, and its network layer by layer, which is loaded when it is shown. */
import { useState } from "react";
import { useAnswer } from "../../api/use_answer.ts";
import { RUN_NETWORK_QUERY } from "../operations.ts";
import { type SetRun, SETTINGS } from "./settings.ts";

interface RunSettingsProps {
  /** The run with its settings; undefined until they have arrived. */
  readonly run: SetRun | undefined;
}

/** The settings of a run, in a part that opens. */
export function RunSettingsPart({ run }: RunSettingsProps) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className="run-part"
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>Settings</summary>
      {open && run && <SettingsTable run={run} />}
    </details>
  );
}

function SettingsTable({ run }: { readonly run: SetRun }) {
  const { data, error } = useAnswer(RUN_NETWORK_QUERY, { id: run.id });
  if (error) return <p className="panel-error" role="alert">{error}</p>;
  if (!data?.run) return null;
  return (
    <>
      <div className="table-box settings-box" tabIndex={0} role="region" aria-label="Settings">
        <table className="table">
          <tbody>
            {SETTINGS.map(({ label, textOf }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{textOf(run) ?? "none"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <pre className="network-text" tabIndex={0} aria-label="Network">{data.run.model.text}</pre>
    </>
  );
}
