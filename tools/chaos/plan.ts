/**
 * Plans what happens to the run of a round, and when. Everything follows from the seed and the
 * round's number.
 */
import { type Dice, dice } from "./dice.ts";
import { stepsOf, type Training, TRAININGS } from "./trainings.ts";

/** Kinds of strikes, with their effects. */
export const STRIKES = {
  server: "the server is killed",
  worker: "the worker is killed",
  trainer: "the trainer is killed",
  all: "all of them are killed",
  stop: "the worker is shut down",
  pause: "the run is paused and resumed",
} as const;
export type StrikeKind = keyof typeof STRIKES;

/** The moment of a strike, by the log. */
export type Moment =
  /** After the response of startTraining. */
  | { readonly at: "once" }
  /** When the run is claimed after the previous strike. */
  | { readonly at: "claim" }
  /** When the training has begun after the previous strike. */
  | { readonly at: "start" }
  /** When there is one more checkpoint than at the previous strike. */
  | { readonly at: "checkpoint" }
  /** When a step is logged. */
  | { readonly at: "step"; readonly step: number };

export interface Strike {
  readonly kind: StrikeKind;
  readonly moment: Moment;
  /** Delay after the moment, in milliseconds, so that strikes do not only hit edges. */
  readonly after: number;
}

export interface Plan {
  readonly round: number;
  readonly training: Training;
  /** Number of pending requests when the server is killed; 0 if it is not. */
  readonly requests: number;
  readonly strikes: readonly Strike[];
}

/** Maximum number of crashes between two epochs that a run survives. */
const CRASHES: readonly StrikeKind[] = ["worker", "trainer", "all"];
const MAX_CRASHES = 2;

const MAX_PAUSE_MS = 60;

/** @param number of the round, from 1 */
export function planRound(seed: number, number: number): Plan {
  const chance = dice(seed, number);
  const training = chance.pick(TRAININGS);
  const requests = chance.int(1, 4) === 1 ? chance.int(2, 5) : 0;
  const strikes: Strike[] = [];
  const count = chance.int(1, 3);
  let crashes = 0;
  let step = 0;
  for (let index = 0; index < count; index++) {
    const kinds = Object.keys(STRIKES) as StrikeKind[];
    const kind = chance.pick(
      crashes < MAX_CRASHES ? kinds : kinds.filter((kind) => !CRASHES.includes(kind)),
    );
    if (CRASHES.includes(kind)) crashes++;
    const moment = momentOf(kind, strikes.at(-1), step, training, chance);
    if (moment.at === "step") step = moment.step;
    strikes.push({ kind, moment, after: chance.int(0, MAX_PAUSE_MS) });
  }
  return { round: number, training, requests, strikes };
}

function momentOf(
  kind: StrikeKind,
  before: Strike | undefined,
  step: number,
  training: Training,
  chance: Dice,
): Moment {
  const at = [
    // Often within the training, the longest phase.
    ...["step", "step", "step", "checkpoint"] as const,
    // A trainer cannot be killed before it starts.
    ...(before === undefined && kind !== "trainer" ? ["once"] as const : []),
    ...(kind === "trainer" ? [] : ["claim"] as const),
    "start" as const,
  ];
  // A strike that does not affect the training causes no claim or start.
  const isNoticed = before === undefined || before.kind !== "server";
  const chosen = chance.pick(isNoticed ? at : ["step", "checkpoint"] as const);
  return chosen === "step"
    ? { at: "step", step: chance.int(Math.min(step + 1, stepsOf(training)), stepsOf(training)) }
    : { at: chosen };
}

/** Describes the plan in words. */
export function describePlan({ training, requests, strikes }: Plan): string {
  const told = strikes.map(({ kind, moment, after }) => {
    const when = moment.at === "step" ? `step ${moment.step}` : moment.at;
    return `${kind} at ${when} + ${after} ms`;
  });
  return [
    `${training.recipe} of ${stepsOf(training)} steps (${training.engine})`,
    ...(requests === 0 ? [] : [`server amid ${requests} requests`]),
    ...told,
  ].join(", ");
}
