/** type Viewer, enum Scope */
import type { Scope as Name, Viewer as Shape } from "../base/access.ts";
import { builder } from "../base/builder.ts";

const SCOPE_VALUES = {
  READ: { value: "read", description: "All queries and subscriptions." },
  WRITE: {
    value: "write",
    description: "READ, and starting, pausing, resuming, cancelling and updating runs.",
  },
  ADMIN: { value: "admin", description: "WRITE, deleting runs, and webhooks." },
} as const satisfies {
  readonly [Each in Name as Uppercase<Each>]: {
    readonly value: Each;
    readonly description: string;
  };
};

export const Scope = builder.enumType("Scope", {
  description: "Permissions of a client. Each scope includes those below it.",
  values: SCOPE_VALUES,
});

export const Viewer = builder.objectRef<Shape>("Viewer").implement({
  description: "Authenticated client.",
  fields: (t) => ({
    name: t.exposeString("name", {
      description: "Name of the client's token; 'local' if the server requires none.",
    }),
    scope: t.field({
      type: Scope,
      description: "Permissions of the client.",
      resolve: (viewer) => viewer.scope,
    }),
  }),
});
