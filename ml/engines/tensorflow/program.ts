/**
 * A training as one TensorFlow program: weights, optimizer state and both datasets in variables on the device,
 * and what can be called: load the data, read and write the state, train some steps, evaluate, predict.
 */
import { buildTrainingStep } from "../../training/step.ts";
import { drawCount } from "../../augmentation/stages.ts";
import { type SampleTables, sampleTables } from "../sample_tables.ts";
import type { TrainingPlan } from "../engine.ts";
import type { Placement } from "./graph_def.ts";
import { createProgramWriter, type Program } from "./program_writer.ts";
import { addEvaluation, addPrediction, evaluationCall } from "./scoring.ts";
import { type StateVariable, stateVariables } from "../state_variables.ts";
import { addState } from "./state.ts";
import { addTables } from "./tables.ts";
import { addSteps, addTail, type StepsOptions } from "./training.ts";

/** Sizes into which work is divided. */
export interface ProgramSizes {
  /**
   * Number of parts of a batch that are processed side by side; fewer where a part would be too
   * small.
   */
  readonly parts: number;
  /** The most steps of one call. */
  readonly stepsPerCall: number;
  /** Samples of one evaluation call. */
  readonly evaluationBatch: number;
  /** Samples of one prediction call. */
  readonly predictionBatch: number;
}

/** A program of a training, with what is needed to call it. */
export interface TrainingProgram {
  readonly program: Program;
  readonly state: readonly StateVariable[];
  readonly tables: SampleTables;
}

/** A part is worth its overhead from this many samples on. */
const SAMPLES_A_PART = 8;

/** Builds the program of a plan. */
export function buildProgram(
  plan: TrainingPlan,
  sizes: ProgramSizes,
  placement: Placement,
): TrainingProgram {
  const { network, loss, optimizer, train, test, validation = new Int32Array(), batchSize } = plan;
  const trained = train.count - validation.length;
  const writer = createProgramWriter(placement);
  const parts = (samples: number) =>
    Math.max(1, Math.min(sizes.parts, Math.floor(samples / SAMPLES_A_PART)));

  const state = stateVariables(network, optimizer);
  addState(writer, state);

  const drawn = drawCount(plan.augmentation ?? []);
  const tables = sampleTables(plan);
  const trainTables = addTables(writer, "train", tables.train);
  const testTables = addTables(writer, "test", tables.test);

  const stepsOf = (size: number): StepsOptions => ({
    batchSize: size,
    cyclesMomentum: plan.cyclesMomentum ?? false,
    drawCount: drawn,
    build: (inputs) => buildTrainingStep(plan, trainTables, inputs, parts(size)),
  });
  if (trained >= batchSize) {
    addSteps(writer, sizes.stepsPerCall, stepsOf(batchSize));
  }
  const tail = trained % batchSize;
  if (tail > 0) addTail(writer, stepsOf(tail));

  const evaluated = [["test", testTables, test.count], [
    "validation",
    trainTables,
    validation.length,
  ]] as const;
  for (const [set, tables, count] of evaluated) {
    const batch = Math.min(sizes.evaluationBatch, count);
    const calls = [[evaluationCall(set), batch], [
      evaluationCall(set, "tail"),
      count % batch,
    ]] as const;
    for (const [name, size] of calls) {
      if (size > 0) addEvaluation(writer, name, { network, loss }, tables, size, parts(size));
    }
  }

  addPrediction(writer, "predictOne", network, 1);
  addPrediction(writer, "predict", network, sizes.predictionBatch);
  return { program: writer.finish(), state, tables };
}
