/**
 * Histograms of durations in Prometheus' text format. A request is observed twice: prom-client checks and hashes the
 * labels of each observation, which takes as long as the rest of what the server adds to a small query.
 */

/** Name and explanation of a metric. */
interface Described {
  readonly name: string;
  readonly help: string;
}

/** Options of createDurations(). */
export interface DurationsOptions extends Described {
  /** Upper bounds of its buckets, in seconds, in ascending order. */
  readonly buckets: readonly number[];
  /** Counter of its observations, if there is to be one. */
  readonly counter?: Described;
  /** Labels of the series that exist before their first observation. */
  readonly present?: readonly string[];
}

/** A histogram, with a counter of its observations if there is to be one. */
export interface Durations {
  /** Counts a duration, once or more often. @param labels as in the text format: 'type="query",outcome="ok"' */
  observe(labels: string, seconds: number, times?: number): void;
  /** Returns the metrics as text. */
  text(): string;
}

/** Observations with the same labels. */
interface Series {
  /** Number of each bucket alone, that of longer durations last. */
  readonly counts: number[];
  sum: number;
}

/** Creates a histogram without observations. */
export function createDurations(options: DurationsOptions): Durations {
  const { name, help, buckets, counter, present = [] } = options;
  const series = new Map<string, Series>();

  function addSeries(labels: string): Series {
    const added = { counts: [...buckets, Infinity].map(() => 0), sum: 0 };
    series.set(labels, added);
    return added;
  }

  for (const labels of present) addSeries(labels);

  return {
    observe(labels, seconds, times = 1) {
      const observed = series.get(labels) ?? addSeries(labels);
      let index = 0;
      while (index < buckets.length && seconds > (buckets[index] ?? Infinity)) index++;
      observed.counts[index] = (observed.counts[index] ?? 0) + times;
      observed.sum += seconds * times;
    },
    text() {
      const all = series.entries().map(([labels, { counts, sum }]) => {
        const totals = runningTotals(counts);
        return { labels, totals, sum, count: totals.at(-1) ?? 0 };
      }).toArray();
      const lines = all.flatMap(({ labels, totals, sum, count }) => [
        ...totals.map((total, index) =>
          `${name}_bucket${labelled(`le="${buckets[index] ?? "+Inf"}"`, labels)} ${total}`
        ),
        `${name}_sum${labelled(labels)} ${sum}`,
        `${name}_count${labelled(labels)} ${count}`,
      ]);
      const histogram = section({ name, help }, "histogram", lines);
      if (!counter) return histogram;
      const counted = all.map(({ labels, count }) => `${counter.name}${labelled(labels)} ${count}`);
      return `${histogram}\n${section(counter, "counter", counted)}`;
    },
  };
}

function labelled(...labels: readonly string[]): string {
  const given = labels.filter((label) => label !== "");
  return given.length === 0 ? "" : `{${given.join()}}`;
}

function runningTotals(counts: readonly number[]): readonly number[] {
  let total = 0;
  return counts.map((count) => total += count);
}

function section({ name, help }: Described, type: string, lines: readonly string[]): string {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ""].join("\n");
}
