/** Precision, recall and F1 of each class, and their means. */
import { count } from "../../lib/format.ts";
import type { ClassReport } from "./operations.ts";

type Score = "precision" | "recall" | "f1";

const SCORES: readonly { readonly key: Score; readonly text: string; readonly title: string }[] = [
  {
    key: "precision",
    text: "Precision",
    title: "True positives / (true + false positives)",
  },
  { key: "recall", text: "Recall", title: "True positives / (true positives + false negatives)" },
  { key: "f1", text: "F1", title: "The harmonic mean of precision and recall" },
];

/** A row of scores for each class, and one of their means; the lowest scores are marked. */
export function ClassTable({ report }: { readonly report: ClassReport }) {
  const { perClass, macroPrecision, macroRecall, macroF1 } = report;
  const all = (key: Score) => perClass.map((scores) => scores[key]);
  /** The lowest score, unless all are equal. */
  const worst = (key: Score) =>
    Math.min(...all(key)) < Math.max(...all(key)) ? Math.min(...all(key)) : undefined;
  const support = perClass.reduce((sum, scores) => sum + scores.support, 0);
  return (
    <div className="table-box class-table" tabIndex={0} role="region" aria-label="Class report">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Class</th>
            {SCORES.map(({ key, text, title }) => (
              <th key={key} scope="col" title={title}>{text}</th>
            ))}
            <th scope="col" title="Number of test samples of the class">Support</th>
          </tr>
        </thead>
        <tbody>
          {perClass.map((scores) => (
            <tr key={scores.className}>
              <th scope="row">{scores.className}</th>
              {SCORES.map(({ key }) => (
                <td key={key} data-worst={scores[key] === worst(key)}>{written(scores[key])}</td>
              ))}
              <td>{count(scores.support)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Macro average</th>
            <td>{written(macroPrecision)}</td>
            <td>{written(macroRecall)}</td>
            <td>{written(macroF1)}</td>
            <td>{count(support)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

/** Formats a score with three decimals. */
function written(score: number): string {
  return score.toFixed(3);
}
