/** A dataset that is a table: its features with their statistics, and the samples of each class. */
import { count } from "../../lib/format.ts";
import { useAnswer } from "../api/use_answer.ts";
import { CLASS_COUNTS_QUERY, type Dataset } from "./operations.ts";

/** The API has statistics as those of pixels, divided by 255. */
const SCALE = 255;

/** The features and classes of a dataset of vectors. */
export function TableView({ dataset }: { readonly dataset: Dataset }) {
  const { name, classes, trainSize, testSize, columns, mean, std } = dataset;
  const train = useAnswer(CLASS_COUNTS_QUERY, { name, split: "TRAIN" }).data?.dataset;
  const test = useAnswer(CLASS_COUNTS_QUERY, { name, split: "TEST" }).data?.dataset;
  return (
    <>
      <p className="panel-note">
        {count(trainSize + testSize)} rows with {count(mean.length)} numbers each:{" "}
        {count(trainSize)} to train on, {count(testSize)} to test.
      </p>
      <div className="dataset-tables">
        <div className="table-box" tabIndex={0} role="region" aria-label="Features">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Feature</th>
                <th scope="col">Mean</th>
                <th scope="col" title="Standard deviation">Std</th>
              </tr>
            </thead>
            <tbody>
              {mean.map((value, at) => (
                <tr key={at}>
                  <th scope="row">{columns[at] ?? at + 1}</th>
                  <td>{statistic(value)}</td>
                  <td>{statistic(std[at] ?? 0)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <div className="table-box" tabIndex={0} role="region" aria-label="Classes">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Class</th>
                <th scope="col">Train</th>
                <th scope="col">Test</th>
              </tr>
            </thead>
            <tbody>
              {classes.map((className, label) => (
                <tr key={className}>
                  <th scope="row">{className}</th>
                  <td>{written(train?.classCounts[label])}</td>
                  <td>{written(test?.classCounts[label])}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </>
  );
}

function written(samples: number | undefined): string {
  return samples === undefined ? "" : count(samples);
}

function statistic(value: number): string {
  return String(Number((value * SCALE).toPrecision(4)));
}
