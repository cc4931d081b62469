/** A run as the store returns it: its specification, and the snapshot that its events add up to. */
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import type { RunSnapshot } from "./snapshot.ts";

/** UUID of a run. */
export type RunId = string;

/** A run as stored. */
export interface Run {
  readonly id: RunId;
  /** Current name. */
  readonly name: string;
  /** Name that the run was created with. */
  readonly originalName: string;
  readonly spec: TrainingSpec;
  /** Name of the client that started it; null if unknown. */
  readonly startedBy: string | null;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly snapshot: RunSnapshot;
}
