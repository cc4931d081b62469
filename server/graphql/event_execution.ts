/**
 * Execution of a subscription's events without the arguments of its root field. These select the events, which has been
 * done by the time that an event is executed: to coerce and validate them once more for each event takes longer than
 * all the rest of it.
 */
import {
  defaultFieldResolver,
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
  GraphQLObjectType,
  GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";

/** Execution of the events of one operation. */
export interface EventExecution {
  /** Names of the variables that its results depend on, sorted. Those in arguments of the root field are left out. */
  readonly variables: readonly string[];
  /** Executes an event. */
  execute(event: unknown): ExecutionResult | Promise<ExecutionResult>;
}

/** Document of one operation without the arguments of its root field, and the variables that are left in it. */
interface EventDocument {
  readonly document: DocumentNode;
  readonly variables: readonly string[];
}

/** Part of what a field is declared with in Pothos. */
interface Declared {
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
}

/** Event schemas by the schemas that they are made of. */
const schemas = new WeakMap<GraphQLSchema, GraphQLSchema>();

/** Event documents by operations, of documents that Yoga parses once per text. */
const documents = new WeakMap<OperationDefinitionNode, EventDocument>();

/** Prepares the execution of a valid subscription's events. */
export function executionOfEvents(args: ExecutionArgs): EventExecution {
  const { document, variables } = eventDocumentOf(args);
  const prepared = { ...args, schema: eventSchemaOf(args.schema), document };
  return { variables, execute: (rootValue) => execute({ ...prepared, rootValue }) };
}

/** Returns a schema whose subscription fields have no arguments. */
function eventSchemaOf(schema: GraphQLSchema): GraphQLSchema {
  const known = schemas.get(schema);
  if (known) return known;
  const { types, subscription, ...config } = schema.toConfig();
  if (!subscription) throw new TypeError("The schema must have subscriptions, got none.");
  const { fields, ...root } = subscription.toConfig();
  const made = new GraphQLSchema({
    ...config,
    types: types.filter((type) => type !== subscription),
    subscription: new GraphQLObjectType({
      ...root,
      fields: Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [
          name,
          { type: field.type, resolve: declaredResolver(field) },
        ]),
      ),
    }),
    assumeValid: true,
  });
  schemas.set(schema, made);
  return made;
}

/** Returns a field's resolver without the checks of scope and arguments that Pothos puts around it. */
function declaredResolver(
  { resolve, extensions }: GraphQLFieldConfig<unknown, unknown>,
): GraphQLFieldResolver<unknown, unknown> {
  const declared = extensions?.["pothosOptions"] as Partial<Declared> | undefined;
  return declared?.resolve ?? resolve ?? defaultFieldResolver;
}

function eventDocumentOf({ document, operationName, schema }: ExecutionArgs): EventDocument {
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new TypeError("The document must have the operation, which it has not.");
  const known = documents.get(operation);
  if (known) return known;
  const made = withoutArguments(ofOperation(document, operation), schema);
  documents.set(operation, made);
  return made;
}

/** Returns a document without its other operations, whose variables may have the same names. */
function ofOperation(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const definitions = document.definitions.filter((definition) =>
    definition === operation || definition.kind !== Kind.OPERATION_DEFINITION
  );
  return { ...document, definitions };
}

function withoutArguments(document: DocumentNode, schema: GraphQLSchema): EventDocument {
  const variables = new Set<string>();
  const types = new TypeInfo(schema);
  const root = schema.getSubscriptionType();
  const stripped = visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        if (types.getParentType() !== root || !node.arguments?.length) return undefined;
        return { ...node, arguments: [] };
      },
    }),
  );
  visit(stripped, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void variables.add(name.value),
  });
  return {
    document: visit(stripped, {
      VariableDefinition: ({ variable }) => variables.has(variable.name.value) ? undefined : null,
    }),
    variables: [...variables].sort(),
  };
}
