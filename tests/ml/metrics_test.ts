/** Confusion matrix, precision, recall and F1, held to what scikit-learn defines. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  accuracy,
  classificationReport,
  confusionMatrix,
  misclassified,
} from "../../ml/metrics.ts";

/**
 * The example of scikit-learn's classification_report(), with a class more that nothing is of and nothing is taken for:
 *
 *               precision    recall  f1-score   support
 *      class 0       0.50      1.00      0.67         1
 *      class 1       0.00      0.00      0.00         1
 *      class 2       1.00      0.67      0.80         3
 *     accuracy                           0.60         5
 *    macro avg       0.50      0.56      0.49         5   (of the three classes)
 */
const LABELS = [0, 1, 2, 2, 2];
const PREDICTED = [0, 0, 2, 2, 1];

describe("confusionOf()", () => {
  it("has a row for each class, and in it what its samples were taken for", () => {
    assertEquals(confusionMatrix(LABELS, PREDICTED, 3), [[1, 0, 0], [1, 0, 0], [0, 1, 2]]);
  });
});

describe("classificationReport()", () => {
  it("scores classes as scikit-learn does", () => {
    const report = classificationReport(confusionMatrix(LABELS, PREDICTED, 3));
    assertEquals(report.perClass, [
      { label: 0, precision: 1 / 2, recall: 1, f1: 2 / 3, support: 1 },
      { label: 1, precision: 0, recall: 0, f1: 0, support: 1 },
      { label: 2, precision: 1, recall: 2 / 3, f1: 4 / 5, support: 3 },
    ]);
    assertEquals(report.accuracy, 3 / 5);
    assert(Math.abs(report.macroPrecision - 1 / 2) < 1e-12);
    assert(Math.abs(report.macroRecall - 5 / 9) < 1e-12);
    assert(Math.abs(report.macroF1 - 22 / 45) < 1e-12);
  });

  it("scores a class that never occurs with 0, and leaves it out of the means", () => {
    const { perClass, macroRecall } = classificationReport(confusionMatrix(LABELS, PREDICTED, 4));
    assertEquals(perClass[3], { label: 3, precision: 0, recall: 0, f1: 0, support: 0 });
    assert(Math.abs(macroRecall - 5 / 9) < 1e-12);
  });

  it("gives a network without mistakes 1, whichever classes occur", () => {
    const report = classificationReport(confusionMatrix([1, 7, 1], [1, 7, 1], 100));
    assertEquals([report.macroPrecision, report.macroRecall, report.macroF1], [1, 1, 1]);
  });

  it("counts a class that samples are only taken for among the means", () => {
    const { macroRecall, macroF1 } = classificationReport(confusionMatrix([0, 0], [0, 1], 3));
    assertEquals([macroRecall, macroF1], [1 / 4, 1 / 3]);
  });
});

describe("accuracy()", () => {
  it("is 0 where there is nothing to classify", () => {
    assertEquals(accuracy(confusionMatrix([], [], 3)), 0);
  });
});

describe("misclassified()", () => {
  it("begins with the sample whose own class seemed the least probable", () => {
    const probabilities = Float32Array.of(0.4, 0.6, 0.9, 0.1, 0.2, 0.8, 0.7, 0.3);
    const predicted = Int32Array.of(1, 0, 1, 0);
    assertEquals(misclassified([0, 1, 1, 1], { predicted, probabilities }), [1, 3, 0]);
  });
});
