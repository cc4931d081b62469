/**
 * How large an operation is, counted in its text before anything of it is looked up or carried out. Fragments count as
 * often as they are spread, and are read once.
 */
import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/** What is counted. */
export interface OperationSize {
  /** Fields inside each other. What introspection asks for counts apart. */
  readonly depth: number;
  readonly introspectionDepth: number;
  /** Lists of the schema inside each other, each of which multiplies what is inside. */
  readonly introspectionLists: number;
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
  /** Directives on one field, fragment or variable. */
  readonly directivesAtOnce: number;
}

/** What a part has, while it is not known whether it is a part of introspection. */
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

/** The lists of the schema that lead to types again. */
const LISTS: ReadonlySet<string> = new Set([
  "fields",
  "inputFields",
  "interfaces",
  "possibleTypes",
]);

/** The largest of each that an operation of the document has; what is in no operation does not count. */
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
    size = largest(size, parts.reduce(together, NOTHING));
  }
  return size;

  function sizeOfSet(set: SelectionSetNode | undefined): PartSize {
    return (set?.selections ?? []).map(sizeOfSelection).reduce(together, NOTHING);
  }

  function sizeOfSelection(node: SelectionNode): PartSize {
    const own = directivesOf(node.directives);
    switch (node.kind) {
      case Kind.FIELD: {
        const inner = sizeOfSet(node.selectionSet);
        const name = node.name.value;
        const introspects = name === "__schema" || name === "__type";
        const depth = inner.depth + 1;
        const lists = inner.lists + (LISTS.has(name) ? 1 : 0);
        return together(own, {
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
        return together(own, sizeOfSet(node.selectionSet));
      case Kind.FRAGMENT_SPREAD:
        return together(own, sizeOfFragment(node.name.value));
      default:
        return node satisfies never;
    }
  }

  function sizeOfFragment(name: string): PartSize {
    const before = known.get(name);
    if (before) return before;
    // One that spreads itself, or that is not there, is refused later, by the rules of the language.
    known.set(name, NOTHING);
    const fragment = fragments.get(name);
    const size = together(
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

/** Side by side: what is deep stays as deep, what is many becomes more. */
function together(one: PartSize, other: PartSize): PartSize {
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
