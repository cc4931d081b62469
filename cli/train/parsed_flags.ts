/** The result of reading the flags of `deno task train`. */
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import type { EpochFormat } from "../terminal/epoch_format.ts";
import type { ResumeFlags } from "./resume.ts";

/** The training that the flags ask for. */
export interface TrainFlags {
  readonly spec: TrainingSpec;
  readonly name: string;
  readonly idempotencyKey?: string | undefined;
  /** The weights to begin with, in the form of a request, where `file` is a path; undefined for random ones. */
  readonly startFrom?: unknown;
  /** The flags that were left out and that a run with the same idempotency key decides. */
  readonly open: readonly ("seed" | "name")[];
}

/** The form and the place of the results. */
export interface OutputFlags {
  /** The form of epochs on stdout. */
  readonly format: EpochFormat;
  /** The folder of the results; undefined for the run's own. */
  readonly out?: string | undefined;
}

/** One of several trainings. */
export interface SweptFlags {
  readonly flags: TrainFlags;
  readonly output: OutputFlags;
  /** Its differences from the others: 'learning rate 0.01'. */
  readonly text: string;
}

/** The result of parsing the arguments. */
export type ParsedFlags =
  | { readonly kind: "train"; readonly flags: TrainFlags; readonly output: OutputFlags }
  /** Trainings that are to follow each other, as flags have several values. */
  | { readonly kind: "several"; readonly trainings: readonly SweptFlags[] }
  | { readonly kind: "resume"; readonly flags: ResumeFlags; readonly output: OutputFlags }
  /** The settings of this run are needed first: see FlagContext.like. */
  | { readonly kind: "like"; readonly run: string }
  /** A check that found no problem: nothing is to be trained. */
  | { readonly kind: "check"; readonly spec: TrainingSpec; readonly startFrom?: unknown }
  /** The plan of a step is to be printed, and nothing to be trained. */
  | { readonly kind: "plan"; readonly spec: TrainingSpec }
  /** The dataset is not on this machine, but may be on another one. */
  | { readonly kind: "elsewhere"; readonly dataset: string }
  | { readonly kind: "help"; readonly text: string }
  /** A line for each problem. */
  | { readonly kind: "wrong"; readonly problems: readonly string[] };
