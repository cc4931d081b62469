/**
 * The pace of a run's latest attempt, as a fold over its events: the time that steps and tests took so far. Remaining
 * time is estimated from these means, which a busy second hardly changes. Time is the events' own.
 */

/**
 * Times since the first report of an attempt, in seconds. The steps of that report do not count: the first one takes
 * longer.
 */
export interface Pace {
  /** Time of the last report, RFC 3339. */
  readonly at: string;
  readonly steps: number;
  /** Time of these steps, checkpoints included. */
  readonly stepSeconds: number;
  /** Number of tests after epochs. */
  readonly tests: number;
  readonly testSeconds: number;
}

/** Returns the pace after a report of steps; the first one of an attempt begins it. */
export function addSteps(pace: Pace | null, steps: number, at: string): Pace {
  if (!pace) return { at, steps: 0, stepSeconds: 0, tests: 0, testSeconds: 0 };
  const { stepSeconds } = pace;
  return {
    ...pace,
    at,
    steps: pace.steps + steps,
    stepSeconds: stepSeconds + secondsBetween(pace.at, at),
  };
}

/** Returns the pace after the test of an epoch; null before an attempt's first steps. */
export function addTest(pace: Pace | null, at: string): Pace | null {
  return pace && {
    ...pace,
    at,
    tests: pace.tests + 1,
    testSeconds: pace.testSeconds + secondsBetween(pace.at, at),
  };
}

/** Estimates the seconds that the rest takes, tests included; null before an attempt's second report. */
export function remainingSeconds(
  pace: Pace | null,
  { steps, tests }: { readonly steps: number; readonly tests: number },
): number | null {
  if (!pace || pace.steps === 0 || pace.stepSeconds === 0) return null;
  const { stepSeconds, testSeconds } = pace;
  return Math.max(0, steps) * stepSeconds / pace.steps +
    (pace.tests === 0 ? 0 : Math.max(0, tests) * testSeconds / pace.tests);
}

/** Returns 0 where a clock was set back. */
function secondsBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;
}
