/**
 * Size of an operation, counted in its document before validation. A fragment counts as often as it is spread, and is
 * read once. graphql-armor counts aliases and directives alike, but no fields, and its depth ignores introspection or
 * counts it like other fields, of which the standard introspection query nests 21.
 */
import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/** Counts of an operation. */
export interface OperationSize {
  /** Nesting of fields, without those of introspection. */
  readonly depth: number;
  readonly introspectionDepth: number;
  /** Nesting of introspection lists, each of which multiplies the size of the result. */
  readonly introspectionLists: number;
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
  /** Directives on one field, fragment or variable. */
  readonly directivesAtOnce: number;
}

/** Counts of a selection that may belong to introspection. */
interface PartSize extends Omit<OperationSize, "introspectionLists"> {
  readonly lists: number;
  readonly introspectionLists: number;
}

const NOTHING: PartSize = {
  depth: 0,
  introspectionDepth: 0,
  introspectionLists: 0,
  lists: 0,
  fields: 0,
  aliases: 0,
  directives: 0,
  directivesAtOnce: 0,
};

/** Introspection lists that lead to types again. */
const INTROSPECTION_LISTS: ReadonlySet<string> = new Set([
  "fields",
  "inputFields",
  "interfaces",
  "possibleTypes",
]);

/** Returns the maximum of each count over the operations of a document. */
export function operationSize(document: DocumentNode): OperationSize {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const known = new Map<string, PartSize>();
  let size = NOTHING;
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    const variables = (node.variableDefinitions ?? []).map(({ directives }) =>
      directivesOf(directives)
    );
    const parts = [directivesOf(node.directives), ...variables, sizeOfSet(node.selectionSet)];
    size = largest(size, parts.reduce(combine, NOTHING));
  }
  return size;

  function sizeOfSet(set: SelectionSetNode | undefined): PartSize {
    return (set?.selections ?? []).map(sizeOfSelection).reduce(combine, NOTHING);
  }

  function sizeOfSelection(node: SelectionNode): PartSize {
    const own = directivesOf(node.directives);
    switch (node.kind) {
      case Kind.FIELD: {
        const inner = sizeOfSet(node.selectionSet);
        const name = node.name.value;
        const introspects = name === "__schema" || name === "__type";
        const depth = inner.depth + 1;
        const lists = inner.lists + (INTROSPECTION_LISTS.has(name) ? 1 : 0);
        return combine(own, {
          ...inner,
          depth: introspects ? 1 : depth,
          introspectionDepth: introspects ? depth : inner.introspectionDepth,
          lists,
          introspectionLists: introspects ? lists : inner.introspectionLists,
          fields: inner.fields + 1,
          aliases: inner.aliases + (node.alias ? 1 : 0),
        });
      }
      case Kind.INLINE_FRAGMENT:
        return combine(own, sizeOfSet(node.selectionSet));
      case Kind.FRAGMENT_SPREAD:
        return combine(own, sizeOfFragment(node.name.value));
      default:
        return node satisfies never;
    }
  }

  function sizeOfFragment(name: string): PartSize {
    const before = known.get(name);
    if (before) return before;
    // Validation rejects a fragment that spreads itself or does not exist.
    known.set(name, NOTHING);
    const fragment = fragments.get(name);
    const size = combine(
      directivesOf(fragment?.directives),
      sizeOfSet(fragment?.selectionSet),
    );
    known.set(name, size);
    return size;
  }
}

function directivesOf(directives: readonly DirectiveNode[] | undefined): PartSize {
  const count = directives?.length ?? 0;
  return { ...NOTHING, directives: count, directivesAtOnce: count };
}

/** Combines selections side by side: depths are maxima, numbers are sums. */
function combine(one: PartSize, other: PartSize): PartSize {
  return {
    ...largest(one, other),
    fields: one.fields + other.fields,
    aliases: one.aliases + other.aliases,
    directives: one.directives + other.directives,
  };
}

function largest(one: PartSize, other: PartSize): PartSize {
  return {
    depth: Math.max(one.depth, other.depth),
    introspectionDepth: Math.max(one.introspectionDepth, other.introspectionDepth),
    introspectionLists: Math.max(one.introspectionLists, other.introspectionLists),
    lists: Math.max(one.lists, other.lists),
    fields: Math.max(one.fields, other.fields),
    aliases: Math.max(one.aliases, other.aliases),
    directives: Math.max(one.directives, other.directives),
    directivesAtOnce: Math.max(one.directivesAtOnce, other.directivesAtOnce),
  };
}
