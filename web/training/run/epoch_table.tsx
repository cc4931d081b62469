/** The epochs' metrics as a table, for exact values and for screen readers. */
import { memo } from "react";
import { lossText, percent } from "../../../lib/format.ts";
import type { Epoch } from "../operations.ts";

/** The newest rows shown; the API has all of them. */
const ROWS = 100;

export const EpochTable = memo(({ epochs }: { readonly epochs: readonly Epoch[] }) => {
  if (epochs.length === 0) return null;
  const newestFirst = epochs.slice(-ROWS).reverse();
  const hasValidation = epochs.some(({ validationAcc }) => typeof validationAcc === "number");
  return (
    <div className="table-box" tabIndex={0} role="region" aria-label="Epochs, newest first">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Epoch</th>
            <th scope="col">Train acc</th>
            <th scope="col">Train loss</th>
            {hasValidation && (
              <>
                <th scope="col">Validation acc</th>
                <th scope="col">Validation loss</th>
              </>
            )}
            <th scope="col">Test acc</th>
            <th scope="col">Test loss</th>
            <th scope="col">Seconds</th>
          </tr>
        </thead>
        <tbody>
          {newestFirst.map((epoch) => (
            <tr key={epoch.number}>
              <th scope="row">{epoch.number}</th>
              <td>{percent(epoch.trainAcc)}</td>
              <td>{lossText(epoch.trainLoss)}</td>
              {hasValidation && (
                <>
                  <td>{shown(epoch.validationAcc, percent)}</td>
                  <td>{shown(epoch.validationLoss, (loss) => lossText(loss))}</td>
                </>
              )}
              <td>{percent(epoch.testAcc)}</td>
              <td>{lossText(epoch.testLoss)}</td>
              <td>{epoch.seconds.toFixed(1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
});

function shown(value: number | null | undefined, format: (value: number) => string): string {
  return typeof value === "number" ? format(value) : "–";
}
