/** Circles of imports: sets of files that all import each other, directly or not. */
import type { ImportEdge } from "./edges.ts";

/** A file on its way through Tarjan's algorithm. */
interface Visit {
  readonly index: number;
  low: number;
  open: boolean;
}

/** Finds every circle, by Tarjan's algorithm for strongly connected components. */
export function findCircles(edges: readonly ImportEdge[]): readonly (readonly string[])[] {
  const imports = Map.groupBy(edges, ({ from }) => from);
  const visits = new Map<string, Visit>();
  const path: string[] = [];
  const circles: string[][] = [];

  const visit = (file: string): Visit => {
    const own: Visit = { index: visits.size, low: visits.size, open: true };
    visits.set(file, own);
    path.push(file);
    for (const { to } of imports.get(file) ?? []) {
      const target = visits.get(to) ?? visit(to);
      if (target.open) own.low = Math.min(own.low, target.low);
    }
    if (own.low === own.index) {
      const circle = path.splice(path.indexOf(file));
      for (const member of circle) close(member);
      if (circle.length > 1) circles.push(circle.sort());
    }
    return own;
  };
  const close = (file: string) => {
    const done = visits.get(file);
    if (done) done.open = false;
  };

  for (const file of imports.keys()) if (!visits.has(file)) visit(file);
  return circles;
}
