/** Updates of variables in the native engine: assignments, and the kernels for what fuse_updates.ts recognises. */
import { elementCount } from "../../../graph/tensor.ts";
import type { Update } from "../../../graph/update.ts";
import type { Value } from "../calls.ts";
import { type LoweringContext, rows, rowsFor, whole } from "./context.ts";

type LowerUpdate<Kind extends Update["kind"]> = (
  update: Extract<Update, { kind: Kind }>,
  context: LoweringContext,
) => () => void;

/** Finds a variable. */
function variable(name: string, { variables }: LoweringContext): Value {
  const found = variables.get(name);
  if (!found) throw new RangeError(`Cannot update '${name}': there is no such variable.`);
  return found;
}

/** Returns the options of a call that changes a variable: by the rows of its gradient, if they are several. */
function options({ shape }: Value, { storage }: Value, { calls }: LoweringContext) {
  const writers = calls.filter(({ operands, outputs }) =>
    operands.slice(0, outputs).some(({ value }) => value.storage === storage)
  );
  const [made] = writers;
  const isByRows = made && writers.length === 1 && !made.isBatch && made.outputs === 1 &&
    made.operands[0]?.view === "rows" && made.units > 1 &&
    elementCount(shape) % made.units === 0;
  const units = isByRows ? made.units : rowsFor(shape);
  return { units, isBatch: false, isUpdate: true, cost: 2 * elementCount(shape) };
}

/** Returns scalars as one array: single numbers are cheap to move. */
function packed(scalars: readonly Value[], context: LoweringContext): Value {
  const y = context.create("settings", [scalars.length]);
  for (const [at, scalar] of scalars.entries()) {
    context.call("copyBox", [rows(y)], [whole(scalar)], {
      units: 1,
      ints: [1, 1, 0, 0, at, 0],
      isBatch: false,
      cost: 1,
    });
  }
  return y;
}

const UPDATES: { readonly [Kind in Update["kind"]]: LowerUpdate<Kind> } = {
  assign(update, context) {
    const own = variable(update.variable, context);
    const value = context.node(update.value);
    // A variable's own memory may change before it is read here.
    const source = value.storage.home === "state"
      ? context.call("copy", [rows(context.create("copy", own.shape))], [rows(value)], {
        units: rowsFor(own.shape),
        isBatch: false,
      })
      : value;
    return () =>
      void context.call("copy", [rows(own)], [rows(source)], options(own, source, context));
  },
  gradientDescent(update, context) {
    const own = variable(update.variable, context);
    const [gradient, rate] = [context.node(update.gradient), context.node(update.learningRate)];
    return () =>
      void context.call(
        "gradientDescent",
        [rows(own)],
        [rows(gradient), whole(rate)],
        options(own, gradient, context),
      );
  },
  momentum(update, context) {
    const own = variable(update.variable, context);
    const velocity = variable(update.velocity, context);
    const [gradient, rate, factor] = [update.gradient, update.learningRate, update.momentum].map(
      context.node,
    );
    if (!gradient || !rate || !factor) throw new RangeError("Cannot lower an update.");
    return () =>
      void context.call(
        "momentum",
        [rows(own), rows(velocity)],
        [rows(gradient), whole(rate), whole(factor)],
        { ...options(own, gradient, context), ints: [Number(update.nesterov)] },
      );
  },
  adam(update, context) {
    const own = variable(update.variable, context);
    const [first, second] = [variable(update.first, context), variable(update.second, context)];
    const gradient = context.node(update.gradient);
    const { stepSize, epsilon, beta1, beta2, kept } = update;
    const scalars = [stepSize, epsilon, beta1, beta2, ...(kept ? [kept] : [])];
    const settings = context.shared("adam", scalars, () => {
      const values = scalars.map(context.node);
      return packed(kept ? values : [...values, context.constant([1], [])], context);
    });
    return () =>
      void context.call(
        "adam",
        [rows(own), rows(first), rows(second)],
        [rows(gradient), whole(settings)],
        options(own, gradient, context),
      );
  },
};

/** Lowers what an update reads; returns the function that adds the update, once all tensors of the step are lowered. */
export function lowerUpdate(update: Update, context: LoweringContext): () => void {
  // The kind and the function belong together; the compiler cannot follow that through the table.
  const lower = UPDATES[update.kind] as LowerUpdate<Update["kind"]>;
  return lower(update, context);
}
