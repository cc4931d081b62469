/**
 * Yoga plugin that rejects @skip and @include on the root field of a subscription: without a field there is nothing to
 * subscribe to. The specification requires it since September 2025; GraphQL.js 16 does not check it.
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

/** Creates the plugin. */
export function useUnconditionalSubscriptions(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(unconditionalSubscriptions);
    },
  };
}

/** Validation rule; it checks the fragments that the root spreads as well. */
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
