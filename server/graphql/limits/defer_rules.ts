/**
 * Validation rules for @defer: queries and the selections inside of a mutation's field may use it, with unique labels.
 *
 * @see https://github.com/graphql/graphql-spec/pull/742
 */
import {
  type ASTNode,
  type ASTVisitor,
  type DirectiveNode,
  GraphQLError,
  Kind,
  type ValidationContext,
  visit,
} from "graphql";
import { deferDirective } from "../../../schema/base/defer.ts";

/** Returns whether a directive is @defer. */
export function isDefer({ name }: DirectiveNode): boolean {
  return name.value === deferDirective.name;
}

/** Rejects @defer where it has no effect: on the root fields of a mutation, and in subscriptions. */
export function deferWhereItServes(context: ValidationContext): ASTVisitor {
  const reject = (reason: string, nodes: DirectiveNode) =>
    context.reportError(new GraphQLError(`Cannot defer: ${reason}`, { nodes }));
  const inSubscription = (part: ASTNode) =>
    visit(part, {
      Directive(node) {
        if (isDefer(node)) {
          reject("each answer of a subscription comes as a whole, got @defer in one.", node);
        }
      },
    });
  return {
    OperationDefinition(operation) {
      if (operation.operation !== "subscription") return;
      inSubscription(operation);
      context.getRecursivelyReferencedFragments(operation).forEach(inSubscription);
    },
    Directive(node) {
      if (!isDefer(node) || context.getParentType() !== context.getSchema().getMutationType()) {
        return;
      }
      reject(
        "what a mutation does must be asked for without @defer, what it gives may have it.",
        node,
      );
    },
  };
}

/** Rejects labels that do not identify a deferred part: variables and repeated ones. */
export function deferWithOwnLabels(context: ValidationContext): ASTVisitor {
  const labels = new Set<string>();
  return {
    Directive(node) {
      if (!isDefer(node)) return;
      const label = node.arguments?.find(({ name }) => name.value === "label")?.value;
      if (!label || label.kind === Kind.NULL) return;
      const isOwn = label.kind === Kind.STRING && !labels.has(label.value);
      if (label.kind === Kind.STRING) labels.add(label.value);
      if (isOwn) return;
      context.reportError(
        new GraphQLError(
          "Cannot defer: a label must be a text that no other @defer has, and no variable.",
          {
            nodes: label,
          },
        ),
      );
    },
  };
}
