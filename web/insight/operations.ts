/** Every GraphQL operation that looks into what a run has learned, with the type of its answer. */
import { operation } from "../api/operation.ts";

/** What an answer was asked of: a training as it was after a step. */
export interface Checkpoint {
  readonly file: string;
  /** What people call it. */
  readonly name: string | null;
  readonly step: number;
  readonly epoch: number;
  /** Null for one made within an epoch. */
  readonly testAcc: number | null;
}

/** What a run can be asked by. */
export interface Checkpoints {
  readonly dataset: string;
  /** In the order of their steps. */
  readonly checkpoints: readonly Checkpoint[];
}

/** How often which class is taken for which. */
export interface ConfusionMatrix {
  readonly checkpoint: Checkpoint;
  /** The classes' names, by number. */
  readonly classes: readonly string[];
  /** A row for each class, in it how many of its samples were taken for each class. */
  readonly counts: readonly (readonly number[])[];
  readonly accuracy: number;
}

/** How well one class is told from the others. */
export interface ClassScores {
  readonly className: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
}

/** How well the classes are told apart. */
export interface ClassReport {
  readonly perClass: readonly ClassScores[];
  readonly macroPrecision: number;
  readonly macroRecall: number;
  readonly macroF1: number;
}

/** A test sample that was taken for another class. */
export interface Mistake {
  readonly label: number;
  readonly predicted: number;
  readonly predictedClassName: string;
  readonly probabilities: readonly number[];
  readonly sample: {
    readonly id: string;
    readonly index: number;
    readonly className: string;
    /** A PNG file as a data URI, white on black. */
    readonly image: string;
  };
}

/** What a convolution looks for. */
export interface Kernels {
  readonly layer: string;
  /** How many kernels, of how many channels, how high and how wide. */
  readonly shape: readonly number[];
  /** The text of an SVG file. */
  readonly picture: { readonly svg: string };
}

/** What a checkpoint takes a picture for. */
export interface Prediction {
  readonly label: number;
  readonly className: string;
  readonly probabilities: readonly number[];
  readonly checkpoint: Checkpoint;
}

/** A sample of the test set, as a network reads it. */
export interface TestSample {
  readonly index: number;
  readonly className: string;
  readonly pixels: readonly number[];
}

const CHECKPOINT = "checkpoint { file name step epoch testAcc }";

export const CHECKPOINTS_QUERY = operation<{ run: Checkpoints | null }, { readonly id: string }>(
  /* GraphQL */ `query Checkpoints($id: ID!) {
  run(id: $id) {
    dataset
    checkpoints { file name step epoch testAcc }
  }
}`,
);

export const CLASSES_QUERY = operation<{
  readonly datasets: readonly { readonly name: string; readonly classes: readonly string[] }[];
}>(
  /* GraphQL */ `query Classes {
  datasets { name classes }
}`,
);

export const LEARNED_QUERY = operation<
  {
    run: {
      readonly confusionMatrix: ConfusionMatrix | null;
      readonly classReport: ClassReport | null;
    } | null;
  },
  { readonly id: string; readonly checkpoint: string | null }
>(
  /* GraphQL */ `query WhatItLearned($id: ID!, $checkpoint: String) {
  run(id: $id) {
    confusionMatrix(checkpoint: $checkpoint) {
      classes
      counts
      accuracy
      ${CHECKPOINT}
    }
    classReport(checkpoint: $checkpoint) {
      perClass { className precision recall f1 support }
      macroPrecision
      macroRecall
      macroF1
    }
  }
}`,
);

/** Only a checkpoint that has classified its test set has mistakes, which takes seconds: this waits for it. */
export const TESTED_QUERY = operation<
  {
    run: {
      readonly mistakes: readonly unknown[] | null;
      readonly confusionMatrix: Omit<ConfusionMatrix, "accuracy"> | null;
    } | null;
  },
  { readonly id: string; readonly checkpoint: string | null }
>(
  /* GraphQL */ `query Tested($id: ID!, $checkpoint: String) {
  run(id: $id) {
    mistakes(checkpoint: $checkpoint, first: 1) { label }
    confusionMatrix(checkpoint: $checkpoint) {
      classes
      counts
      ${CHECKPOINT}
    }
  }
}`,
);

export const MISTAKES_QUERY = operation<
  { run: { readonly mistakes: readonly Mistake[] | null } | null },
  {
    readonly id: string;
    readonly checkpoint: string;
    readonly first: number;
    readonly label: number | null;
    readonly predicted: number | null;
  }
>(
  /* GraphQL */ `query Mistakes($id: ID!, $checkpoint: String, $first: Int!, $label: Int, $predicted: Int) {
  run(id: $id) {
    mistakes(checkpoint: $checkpoint, first: $first, label: $label, predicted: $predicted) {
      label
      predicted
      predictedClassName
      probabilities
      sample { id index className image }
    }
  }
}`,
);

export const KERNELS_QUERY = operation<
  { run: { readonly kernels: Kernels | null } | null },
  {
    readonly id: string;
    readonly checkpoint: string | null;
    readonly theme: "LIGHT" | "DARK";
  }
>(
  /* GraphQL */ `query Kernels($id: ID!, $checkpoint: String, $theme: Theme!) {
  run(id: $id) {
    kernels(checkpoint: $checkpoint) {
      layer
      shape
      picture(theme: $theme) { svg }
    }
  }
}`,
);

export const PREDICT_QUERY = operation<
  { predict: Prediction },
  {
    readonly runId: string;
    readonly pixels: readonly number[];
    readonly checkpoint: string | null;
  }
>(
  /* GraphQL */ `query Predict($runId: ID!, $pixels: [Int!]!, $checkpoint: String) {
  predict(runId: $runId, pixels: $pixels, checkpoint: $checkpoint) {
    label
    className
    probabilities
    ${CHECKPOINT}
  }
}`,
);

export const TEST_SAMPLE_QUERY = operation<
  { samples: { readonly nodes: readonly TestSample[] } },
  { readonly dataset: string; readonly offset: number }
>(
  /* GraphQL */ `query TestSample($dataset: String!, $offset: Int!) {
  samples(dataset: $dataset, split: TEST, offset: $offset, first: 1) {
    nodes { index className pixels }
  }
}`,
);
