/** The open run's use of its machine: the latest sample, and a curve of each number. */
import { count, size } from "../../../lib/format.ts";
import type { RunItem, SystemMetrics } from "../operations.ts";
import { Sparkline } from "./sparkline.tsx";
import { useMachine } from "./use_machine.ts";

/** A measured number. */
interface Gauge {
  readonly name: string;
  /** null if it is not known. */
  valueOf(metrics: SystemMetrics): number | null;
  write(value: number): string;
  /** The greatest possible value, if there is one. */
  readonly max?: number;
}

const GAUGES: readonly Gauge[] = [
  {
    name: "CPU",
    valueOf: ({ cpuCores }) => cpuCores,
    write: (cores) => `${cores.toFixed(1)} cores`,
  },
  { name: "Memory", valueOf: ({ memoryBytes }) => memoryBytes, write: size },
  {
    name: "Speed",
    // None during a test and before the first step, which say nothing about the speed.
    valueOf: ({ samplesPerSecond }) => samplesPerSecond || null,
    write: (speed) => `${count(speed)} samples/s`,
  },
  { name: "GPU", valueOf: ({ gpu }) => gpu?.utilization ?? null, write: wholePercent, max: 1 },
  { name: "GPU memory", valueOf: ({ gpu }) => gpu?.memoryBytes ?? null, write: size },
];

function wholePercent(fraction: number): string {
  return `${Math.round(100 * fraction)}%`;
}

/** The use of CPU, memory and GPU; nothing if there is no measurement. */
export function Machine({ run }: { readonly run: RunItem }) {
  const metrics = useMachine(run);
  if (metrics.length === 0) return null;
  return (
    <section className="machine" aria-label="Use of the machine">
      {GAUGES.map((gauge) => <GaugeView key={gauge.name} gauge={gauge} metrics={metrics} />)}
    </section>
  );
}

interface GaugeViewProps {
  readonly gauge: Gauge;
  readonly metrics: readonly SystemMetrics[];
}

/** Renders nothing for a number that was never known. */
function GaugeView({ gauge: { name, valueOf, write, max }, metrics }: GaugeViewProps) {
  const values = metrics.map(valueOf);
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  if (last === undefined) return null;
  const [least, greatest] = [Math.min(...known), Math.max(...known)];
  return (
    <figure className="gauge">
      <figcaption>
        <span className="gauge-name">{name}</span>{" "}
        <span className="gauge-value">{write(last)}</span>
      </figcaption>
      {known.length > 1 && (
        <Sparkline
          label={`${name}: between ${write(least)} and ${write(greatest)}, last ${write(last)}`}
          values={values}
          max={max}
        />
      )}
    </figure>
  );
}
