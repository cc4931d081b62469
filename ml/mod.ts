/**
 * Networks as data and their training: shapes and parameter counts, training on an engine, checkpoints.
 * examples/mnist.ts is a whole program.
 *
 * @module
 */
export { readCheckpoint, writeCheckpoint } from "./checkpoint/checkpoint.ts";
export type { DeviceInfo } from "./device.ts";
export type { Engine, Evaluation, Session } from "./engines/engine.ts";
export { DeviceUnavailableError, listDevices, selectEngine } from "./engines/registry.ts";
export { accuracy, classificationReport, confusionMatrix } from "./metrics.ts";
export type { Layer } from "./network/layers.ts";
export { type LayerInput, layers } from "./network/parse.ts";
export { inferShapes, type Network } from "./network/network.ts";
export { renderSummary, summarize } from "./network/summary.ts";
export { type Recipe, RECIPES } from "./spec/recipes.ts";
export { resolveSpec } from "./spec/resolve.ts";
export { InvalidSpecError, type TrainingSpec } from "./spec/spec.ts";
export type { TrainingEvent } from "./training/events.ts";
export { DivergedError } from "./training/diverged.ts";
export { train } from "./training/train.ts";
