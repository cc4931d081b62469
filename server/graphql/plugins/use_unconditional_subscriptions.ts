/**
 * A validation rule, and the Yoga plugin that adds it: the root field of a subscription must not hang on @skip or @include.
 * Without a field there is nothing to subscribe to. The specification says so since September 2025; GraphQL.js 16 does not.
 *
 * @see https://spec.graphql.org/September2025/#sec-Single-Root-Field
 */
import {
  type ASTVisitor,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from "graphql";
import type { Plugin } from "graphql-yoga";

/** Adds the rule to those that hold for every document. */
export function refuseConditionalSubscriptions(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(unconditionalSubscriptions);
    },
  };
}

/** Objects to conditions on what a subscription selects at its root, in fragments too. */
function unconditionalSubscriptions(context: ValidationContext): ASTVisitor {
  const check = ({ selections }: SelectionSetNode, seen: ReadonlySet<string>): void => {
    for (const node of selections) {
      const condition = node.directives?.find(({ name }) => /^(skip|include)$/.test(name.value));
      if (condition) {
        const directive = `@${condition.name.value}`;
        context.reportError(
          new GraphQLError(
            `Cannot subscribe: the root field of a subscription must be there in any case, got ${directive}.`,
            { nodes: condition },
          ),
        );
      }
      if (node.kind === Kind.INLINE_FRAGMENT) check(node.selectionSet, seen);
      if (node.kind !== Kind.FRAGMENT_SPREAD || seen.has(node.name.value)) continue;
      const fragment = context.getFragment(node.name.value);
      if (fragment) check(fragment.selectionSet, new Set([...seen, node.name.value]));
    }
  };
  return {
    OperationDefinition({ operation, selectionSet }) {
      if (operation === "subscription") check(selectionSet, new Set());
    },
  };
}
