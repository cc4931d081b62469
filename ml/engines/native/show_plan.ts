/**
 * A compiled graph of the native engine as text: the calls of kernels in their phases, and the memory of their values.
 */
import type { Operand } from "./calls.ts";
import type { CompiledGraph } from "./compile.ts";
import { mostRows, UNIT } from "./memory.ts";
import type { Phase } from "./schedule.ts";

/** Bytes of a float32. */
const FLOAT_BYTES = 4;
/** Fits nearly every kernel. */
const KERNEL_WIDTH = 28;

/** The letters of the spaces of memory, as they follow the names of values. */
const SPACES = { state: "v", constant: "c", shared: "s", local: "l" } as const;

/**
 * Renders a compiled graph. A line is a call: the kernel, what it writes, what it reads. A value is the operation that
 * it is the result of, with its shape and the letter of its memory.
 */
export function renderPlan({ calls, schedule, memory }: CompiledGraph): string {
  const count = (of: number, name: string) => `${of} ${name}${of === 1 ? "" : "s"}`;
  const lines = [
    `${count(schedule.calls.length, "call")} in ${count(schedule.phases.length, "phase")}, ` +
    `on ${count(calls.rows, "sample")} in ${count(calls.parts, "part")}`,
    `Memory: ${bytes(memory.shared)} shared, ${bytes(memory.local)} for each thread, ` +
    `${bytes(memory.constant)} of constants`,
    "Values: v variable, c constant, s shared, l a thread's own",
  ];
  for (const [number, phase] of schedule.phases.entries()) {
    lines.push("", `Phase ${number + 1}: ${describe(phase, calls)}`);
    for (const [at, { kernel, operands, outputs }] of schedule.calls.entries()) {
      if (schedule.phaseOf[at] !== number) continue;
      const show = ({ value: { name, shape, storage } }: Operand) => {
        const space = memory.places.get(storage)?.space;
        return `${name}[${shape.join(",")}]${space === undefined ? "" : ` ${SPACES[space]}`}`;
      };
      const written = operands.slice(0, outputs).map(show).join(", ");
      const read = operands.slice(outputs).map(show).join(", ");
      lines.push(`  ${kernel.padEnd(KERNEL_WIDTH)} ${written}${read === "" ? "" : ` <- ${read}`}`);
    }
  }
  return lines.join("\n");
}

function describe(
  { isBatch, tasks }: Phase,
  { rows, parts }: { readonly rows: number; readonly parts: number },
): string {
  const side = tasks.length === 1 ? "1 task" : `${tasks.length} tasks side by side`;
  return isBatch
    ? `each part of up to ${mostRows(rows, parts)} samples through all calls, ${side}`
    : side;
}

function bytes(units: number): string {
  const size = units * UNIT * FLOAT_BYTES;
  return size < 1e6 ? `${(size / 1e3).toFixed(1)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}
