/** Paths to the arguments that GraphQL.js refuses itself: it says where they are in words only. */
import { type ASTNode, BREAK, type DocumentNode, type GraphQLError, Kind, visit } from "graphql";
import type { ArgumentPath } from "../../schema/base/errors.ts";

/**
 * Gives errors about arguments `extensions.path`, as errors of resolvers have it: ["input", "network", "layers", 0].
 */
export function addInputPaths(errors: readonly GraphQLError[], document: DocumentNode): void {
  for (const error of errors) {
    const path = inputPath(error, document);
    if (path && path.length > 0) error.extensions.path ??= path;
  }
}

function inputPath(
  { message, nodes }: GraphQLError,
  document: DocumentNode,
): ArgumentPath | undefined {
  const [node] = nodes ?? [];
  if (!node) return undefined;
  if (node.kind !== Kind.VARIABLE_DEFINITION) return pathTo(document, (other) => other === node);
  const { value: name } = node.variable.name;
  const use = pathTo(
    document,
    (other, parent) =>
      other.kind === Kind.VARIABLE && other.name.value === name &&
      parent?.kind !== Kind.VARIABLE_DEFINITION,
  );
  // The last such text, as the value in front of it is the client's.
  const [, within = ""] = /^Variable .* at "\w+([\w.[\]]*)"; /s.exec(message) ?? [];
  return use && [...use, ...keysOf(within)];
}

/** Reads '.network.layers[0]'. */
function keysOf(text: string): ArgumentPath {
  return Array.from(
    text.matchAll(/\.(\w+)|\[(\d+)\]/g),
    ([, name, position]) => name ?? Number(position),
  );
}

/** Finds a node, and returns the argument, the fields and the positions on the way to it. */
function pathTo(
  document: DocumentNode,
  isWanted: (node: ASTNode, parent: ASTNode | undefined) => boolean,
): ArgumentPath | undefined {
  let found: ArgumentPath | undefined;
  const way: (string | number)[] = [];
  visit(document, {
    enter(node, key, parent, _path, ancestors) {
      if (key !== undefined && isList(ancestors.at(-1))) way.push(key);
      if (isNamed(node)) way.push(node.name.value);
      if (isWanted(node, parent && "kind" in parent ? parent : undefined)) {
        found = [...way];
        return BREAK;
      }
    },
    leave(node, _key, _parent, _path, ancestors) {
      if (isNamed(node)) way.pop();
      if (isList(ancestors.at(-1))) way.pop();
    },
  });
  return found;
}

function isNamed(node: ASTNode) {
  return node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD;
}

/** Tells whether what was visited before a node's parent is a list, whose values are the parent. */
function isList(ancestor: ASTNode | readonly ASTNode[] | undefined): boolean {
  return ancestor !== undefined && "kind" in ancestor && ancestor.kind === Kind.LIST;
}
