/** Every GraphQL operation that evaluates a run, and names for the types that follow from them. */
import { type DataOf, graphql, operation } from "../api/operation.ts";

/** A run's dataset and its checkpoints in the order of their steps. */
export type Checkpoints = NonNullable<DataOf<typeof CHECKPOINTS_QUERY>["run"]>;

/** A checkpoint of a run. Its test accuracy is null when it was saved within an epoch. */
export type Checkpoint = Checkpoints["checkpoints"][number];

type Evaluation = NonNullable<DataOf<typeof LEARNED_QUERY>["run"]>;

/** Counts of test samples: a row per class, in it how many were predicted as each class. */
export type ConfusionMatrix = NonNullable<Evaluation["confusionMatrix"]>;

/** Precision, recall and F1 of each class, and their means. */
export type ClassReport = NonNullable<Evaluation["classReport"]>;

/** Precision, recall and F1 of one class. */
export type ClassScores = ClassReport["perClass"][number];

/** A misclassified test sample. Its image is a data URI of a PNG file, white on black. */
export type Mistake = NonNullable<
  NonNullable<DataOf<typeof MISTAKES_QUERY>["run"]>["mistakes"]
>[number];

/** The kernels of a convolution, drawn. Their shape is [kernels, channels, height, width]. */
export type Kernels = NonNullable<NonNullable<DataOf<typeof KERNELS_QUERY>["run"]>["kernels"]>;

/** A checkpoint's prediction for a picture. */
export type Prediction = DataOf<typeof PREDICT_QUERY>["predict"];

/** A sample of the test set as the network's input. */
export type TestSample = DataOf<typeof TEST_SAMPLE_QUERY>["samples"]["nodes"][number];

const CHECKPOINT = "checkpoint { file name step epoch testAcc }";

export const CHECKPOINTS_QUERY = operation(graphql(/* GraphQL */ `query Checkpoints($id: ID!) {
  run(id: $id) {
    dataset
    checkpoints { file name step epoch testAcc }
  }
}`));

export const NETWORK_QUERY = operation(graphql(/* GraphQL */ `query InsightNetwork($id: ID!) {
  run(id: $id) {
    model { inputShape layers { kind } }
  }
}`));

export const CLASSES_QUERY = operation(graphql(/* GraphQL */ `query Classes {
  datasets { name classes }
}`));

export const FEATURES_QUERY = operation(graphql(/* GraphQL */ `query Features($dataset: String!) {
  dataset(name: $dataset) { classes columns mean std }
}`));

export const LEARNED_QUERY = operation(
  graphql(/* GraphQL */ `query WhatItLearned($id: ID!, $checkpoint: String) {
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
}`),
);

/** Only a checkpoint that has classified its test set has mistakes, which takes seconds: this waits for it. */
export const TESTED_QUERY = operation(
  graphql(/* GraphQL */ `query Tested($id: ID!, $checkpoint: String) {
  run(id: $id) {
    mistakes(checkpoint: $checkpoint, first: 1) { label }
    confusionMatrix(checkpoint: $checkpoint) {
      classes
      counts
      ${CHECKPOINT}
    }
  }
}`),
);

export const MISTAKES_QUERY = operation(
  graphql(
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
  ),
);

export const KERNELS_QUERY = operation(
  graphql(/* GraphQL */ `query Kernels($id: ID!, $checkpoint: String, $theme: Theme!) {
  run(id: $id) {
    kernels(checkpoint: $checkpoint) {
      layer
      shape
      picture(theme: $theme) { svg }
    }
  }
}`),
);

export const PREDICT_QUERY = operation(
  graphql(/* GraphQL */ `query Predict($runId: ID!, $pixels: [Int!]!, $checkpoint: String) {
  predict(runId: $runId, pixels: $pixels, checkpoint: $checkpoint) {
    label
    className
    classNames
    probabilities
    ${CHECKPOINT}
  }
}`),
);

export const PREDICT_PHOTO_QUERY = operation(
  graphql(/* GraphQL */ `query PredictPhoto($runId: ID!, $image: String!, $checkpoint: String) {
  predict(runId: $runId, image: $image, checkpoint: $checkpoint) {
    label
    className
    classNames
    probabilities
    ${CHECKPOINT}
  }
}`),
);

export const PREDICT_FEATURES_QUERY = operation(
  graphql(/* GraphQL */ `query PredictFeatures(
  $runId: ID!
  $features: [Float!]!
  $checkpoint: String
) {
  predict(runId: $runId, features: $features, checkpoint: $checkpoint) {
    label
    className
    classNames
    probabilities
    ${CHECKPOINT}
  }
}`),
);

export const TEST_PHOTO_QUERY = operation(
  graphql(/* GraphQL */ `query TestPhoto($dataset: String!, $offset: Int!) {
  samples(dataset: $dataset, split: TEST, offset: $offset, first: 1) {
    nodes { index className image }
  }
}`),
);

export const TEST_SAMPLE_QUERY = operation(
  graphql(/* GraphQL */ `query TestSample($dataset: String!, $offset: Int!) {
  samples(dataset: $dataset, split: TEST, offset: $offset, first: 1) {
    nodes { index className pixels }
  }
}`),
);
