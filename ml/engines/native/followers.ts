/**
 * Updates of variables that follow the call which makes their gradient piece by piece, while the cache holds the piece,
 * and others that need no phase of their own.
 */
import type { Call, Storage } from "./calls.ts";

/** Calls with the update that follows each, and the levels of all calls. */
export interface Followed {
  readonly levels: readonly number[];
  readonly followers: ReadonlyMap<Call, Call>;
}

/**
 * Finds updates that can follow a gradient. What makes gradients is moved as far back as it can be, to where no call
 * needs the old variables any more, and so are other updates that can be done there.
 *
 * @param levels of calls, of which even ones are done by pieces; those of updates come last
 * @param isPieces whether a call is cut into pieces
 */
export function followGradients(
  calls: readonly Call[],
  levels: readonly number[],
  isPieces: (call: Call) => boolean,
): Followed {
  const most = Math.max(0, ...levels.filter((_, at) => calls[at]?.isUpdate !== true));
  const latest = most - most % 2;
  const moved = [...levels];
  const followers = new Map<Call, Call>();
  for (const update of calls) {
    if (!update.isUpdate) continue;
    const gradient = gradientOf(update, calls);
    const at = gradient ? calls.indexOf(gradient) : -1;
    if (!gradient || !isPieces(gradient) || followers.has(gradient)) continue;
    const level = Math.max(levels[at] ?? 0, latest);
    const made = new Set(writtenBy(gradient));
    // Nothing but updates needs the gradient.
    const isAlone = calls.every((call) =>
      call === gradient || call.isUpdate || !touches(call, made)
    );
    if (!isAlone || touches(gradient, new Set(writtenBy(update)))) continue;
    if (!canRun(update, level, { calls, levels: moved, made })) continue;
    moved[at] = level;
    followers.set(gradient, update);
  }
  const following = new Set(followers.values());
  for (const [at, update] of calls.entries()) {
    if (!update.isUpdate || following.has(update)) continue;
    if (canRun(update, latest, { calls, levels: moved, made: new Set() })) moved[at] = latest;
  }
  return { levels: moved, followers };
}

/**
 * Checks whether an update can run at a level: nothing else meets the variable from there on, and what it reads is
 * there before.
 *
 * @param made what is made right before the update
 */
function canRun(
  update: Call,
  level: number,
  { calls, levels, made }: {
    readonly calls: readonly Call[];
    readonly levels: readonly number[];
    readonly made: ReadonlySet<Storage>;
  },
): boolean {
  const changed = new Set(writtenBy(update));
  const isFree = calls.every((call, other) =>
    call === update || !((levels[other] ?? 0) >= level && touches(call, changed))
  );
  return isFree &&
    update.operands.slice(update.outputs).every(({ value: { storage } }) =>
      made.has(storage) ||
      calls.every((call, other) =>
        !writtenBy(call).includes(storage) || (levels[other] ?? 0) < level
      )
    );
}

/** Finds the one call that makes what an update reads, row by row as the update reads it. */
function gradientOf(update: Call, calls: readonly Call[]): Call | undefined {
  for (const { value: { storage }, view } of update.operands.slice(update.outputs)) {
    const writers = calls.filter((call) => writtenBy(call).includes(storage));
    const [writer] = writers;
    if (view !== "rows" || !writer || writers.length > 1) continue;
    const isByRows = writer.operands.slice(0, writer.outputs).every((own) => own.view === "rows");
    if (isByRows && !writer.isBatch && writer.units === update.units) return writer;
  }
  return undefined;
}

function writtenBy({ operands, outputs }: Call): readonly Storage[] {
  return operands.slice(0, outputs).map(({ value: { storage } }) => storage);
}

function touches({ operands }: Call, storages: ReadonlySet<Storage>): boolean {
  return operands.some(({ value: { storage } }) => storages.has(storage));
}
