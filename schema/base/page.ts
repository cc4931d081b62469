/** A page of a connection, from its items. */
import { toCursor } from "./cursor.ts";

/** The content of a page. */
export interface PageOptions<Node> {
  /** The connection's name in its cursors. */
  readonly connection: string;
  /** An item's place in the connection. */
  readonly placeOf: (node: Node) => string;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly totalCount: number;
}

/** Puts items into the shape of a connection. */
export function toPage<Node>(nodes: readonly Node[], options: PageOptions<Node>) {
  const { connection, placeOf, hasNextPage, hasPreviousPage, totalCount } = options;
  const edges = nodes.map((node) => ({ node, cursor: toCursor(connection, placeOf(node)) }));
  return {
    edges,
    totalCount,
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
