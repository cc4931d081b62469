/** A network's layers, with their output shapes and numbers of parameters. */
import { count } from "../../../lib/format.ts";
import type { NetworkSummary } from "../../../ml/network/summary.ts";

interface NetworkTableProps {
  readonly model: NetworkSummary | undefined;
  /** The network has changed since, but cannot be summarised. */
  readonly isOutdated: boolean;
}

/** A table of the layers, marked as outdated while a newer network is checked. */
export function NetworkTable({ model, isOutdated }: NetworkTableProps) {
  if (!model) return <div className="network" />;
  return (
    <div
      className="network table-box"
      data-outdated={isOutdated}
      tabIndex={0}
      role="region"
      aria-label="Network"
    >
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Layer</th>
            <th scope="col">Output</th>
            <th scope="col">Parameters</th>
          </tr>
        </thead>
        <tbody>
          {model.layers.map(({ name, kind, outputShape, parameters }) => (
            <tr key={name + kind}>
              <th scope="row">
                {name} <span className="network-kind">{kind}</span>
              </th>
              <td>{outputShape.join(" × ")}</td>
              <td>{parameters === 0 ? "–" : count(parameters)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>Total</th>
            <td>{count(model.totalParameters)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
