/** The training's part of a program: many full batches in one call, and the smaller last batch of an epoch. */
import { type StepInputs, stepInputs, type TrainingStep } from "../../training/step.ts";
import { stepLoop } from "./loop.ts";
import type { ProgramWriter } from "./program_writer.ts";

/** The sizes and inputs of a call's steps. */
export interface StepsOptions {
  readonly batchSize: number;
  /** True if each step is given a momentum. */
  readonly cyclesMomentum: boolean;
  /** The numbers that are drawn for each sample; 0 without augmentations. */
  readonly drawCount: number;
  /** Makes the step of a batch: its size is that of the inputs. */
  build(inputs: StepInputs): TrainingStep;
}

/**
 * Adds the call 'steps': trains on `count` full batches of `order`, the first being step `firstStep`, each with its
 * learning rate. Gives losses and correct, [stepsPerCall] each, of which the first `count` count.
 */
export function addSteps(
  writer: ProgramWriter,
  stepsPerCall: number,
  { batchSize, cyclesMomentum, drawCount, build }: StepsOptions,
): void {
  const shape = [stepsPerCall];
  const names = ["steps/losses", "steps/correct"] as const;
  const [losses, correct] = [
    writer.declare(names[0], "float32", shape),
    writer.declare(names[1], "float32", shape),
  ];
  const zeros = writer.graph.add("Const", [], {
    dtype: { type: "float32" },
    value: { tensor: { dtype: "float32", shape, values: [0] } },
  });
  const cleared = names.map((name) => writer.assign(name, zeros, "float32"));
  writer.call("clear", { inputs: {}, outputs: { done: writer.after(cleared) } });

  const inputs = {
    order: writer.open("steps/order", "int32", [-1]),
    count: writer.open("steps/count", "int32", []),
    firstStep: writer.open("steps/firstStep", "int32", []),
    learningRates: writer.open("steps/learningRates", "float32", [-1]),
    ...(cyclesMomentum ? { momenta: writer.open("steps/momenta", "float32", [-1]) } : {}),
    ...(drawCount > 0 ? { draws: writer.open("steps/draws", "float32", [-1]) } : {}),
  };
  const done = stepLoop(
    writer.graph,
    {
      order: inputs.order.node,
      count: inputs.count.node,
      firstStep: inputs.firstStep.node,
      learningRates: inputs.learningRates.node,
      momenta: inputs.momenta?.node,
      draws: inputs.draws?.node,
      handle: writer.handle,
      losses,
      correct,
    },
    { batchSize, drawCount },
    build,
  );
  writer.call("steps", {
    inputs,
    outputs: {
      losses: writer.read(names[0], shape, [`^${done}`]),
      correct: writer.read(names[1], shape, [`^${done}`]),
    },
  });
}

/** Adds the call 'tail': one step on a batch of another size. */
export function addTail(
  writer: ProgramWriter,
  { batchSize, cyclesMomentum, drawCount, build }: StepsOptions,
): void {
  const inputs = {
    order: writer.open("tail/order", "int32", [batchSize]),
    step: writer.open("tail/step", "int32", []),
    learningRate: writer.open("tail/learningRate", "float32", []),
    ...(cyclesMomentum ? { momentum: writer.open("tail/momentum", "float32", []) } : {}),
    ...(drawCount > 0
      ? { draws: writer.open("tail/draws", "float32", [batchSize, drawCount]) }
      : {}),
  };
  const { node, update } = writer.lower(inputs);
  const step = build(stepInputs({ batchSize, drawCount }, cyclesMomentum));
  const effects = step.updates.map(update);
  writer.call("tail", {
    inputs,
    outputs: {
      losses: writer.after(effects, node(step.loss)),
      correct: writer.after(effects, node(step.correct)),
    },
  });
}
