/** How much of a run's batches is asked for: as many points as a chart has pixels to show. */
const SHOWN_BATCHES = 1500;

/** Every which step is drawn of a run with so many steps. */
export function batchInterval(steps: number): number {
  return Math.max(1, Math.ceil(steps / SHOWN_BATCHES));
}
