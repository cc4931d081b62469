/** The server's schema, read once when something needs it. */
import {
  buildClientSchema,
  getIntrospectionQuery,
  type GraphQLSchema,
  type IntrospectionQuery,
} from "graphql";
import { useEffect, useState } from "react";
import { request } from "../api/request.ts";

const query = getIntrospectionQuery({ descriptions: false });
let schema: Promise<GraphQLSchema | null> | undefined;

/** Returns the schema: undefined until it is read, null where it cannot be. */
export function useSchema(): GraphQLSchema | null | undefined {
  const [known, setKnown] = useState<GraphQLSchema | null>();
  useEffect(() => {
    schema ??= readSchema();
    schema.then(setKnown);
  }, []);
  return known;
}

async function readSchema(): Promise<GraphQLSchema | null> {
  try {
    return buildClientSchema(await request<IntrospectionQuery, object>({ query }, {}));
  } catch {
    schema = undefined; // The next dialog tries again.
    return null;
  }
}
