/** The argument of learning rates, and their cost. */
import { builder } from "../base/builder.ts";
import { COST } from "../base/cost.ts";
import { intBetween } from "../base/validators.ts";

/** The number of rates of a request that names none. */
export const DEFAULT_RATES = 200;
const MAX_RATES = 10_000;

/** The arguments of a field with learning rates. */
export const RATES_ARGS = builder.args((t) => ({
  maxPoints: t.int({
    defaultValue: DEFAULT_RATES,
    description: `Maximum number of steps, 2 to ${MAX_RATES}.`,
    validate: intBetween("read learning rates", "maxPoints", 2, MAX_RATES).nullish(),
  }),
}));

/** Returns the cost of learning rates. */
export function ratesComplexity({ maxPoints }: { readonly maxPoints?: number | null | undefined }) {
  const rates = Math.min(maxPoints ?? DEFAULT_RATES, MAX_RATES);
  return { field: Math.ceil(rates / 100) * COST.rates, multiplier: 1 };
}
