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
  validate,
  type ValidationContext,
} from "graphql";
import type { Plugin } from "graphql-yoga";

/** Creates the plugin. */
export function useUnconditionalSubscriptions(): Plugin {
  return {
    // Skipped for a document that is known, or refused by its size.
    onValidate({ validateFn, setValidationFn }) {
      setValidationFn((schema, document, ...others) => {
        // Before the other rules: GraphQL.js's own for root fields throws where the condition is a variable.
        const errors = validate(schema, document, [unconditionalSubscriptions]);
        return errors.length > 0 ? errors : validateFn(schema, document, ...others);
      });
    },
  };
}

/** Validation rule; it checks the fragments that the root spreads as well, each once. */
function unconditionalSubscriptions(context: ValidationContext): ASTVisitor {
  const check = ({ selections }: SelectionSetNode, seen: Set<string>): void => {
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
      seen.add(node.name.value);
      const fragment = context.getFragment(node.name.value);
      if (fragment) check(fragment.selectionSet, seen);
    }
  };
  return {
    OperationDefinition({ operation, selectionSet }) {
      if (operation === "subscription") check(selectionSet, new Set());
      return false;
    },
    FragmentDefinition: () => false,
  };
}
