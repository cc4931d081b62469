/** A network's layers, with their output shapes and numbers of parameters. */
import { count } from "../../../lib/format.ts";
import type { ModelSummary } from "../operations.ts";

export function NetworkTable({ model }: { readonly model: ModelSummary | undefined }) {
  if (!model) return <div className="network" />;
  return (
    <div className="network table-box" tabIndex={0} role="region" aria-label="Network">
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
            <tr key={name}>
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
