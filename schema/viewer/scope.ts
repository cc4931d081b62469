/** enum Scope */
import type { Scope as Name } from "../base/access.ts";
import { builder } from "../base/builder.ts";

const values = {
  READ: { value: "read", description: "All queries and subscriptions." },
  WRITE: {
    value: "write",
    description: "READ, and starting, pausing, resuming, cancelling and updating runs.",
  },
  ADMIN: { value: "admin", description: "WRITE, and deleting runs." },
} as const satisfies {
  readonly [Each in Name as Uppercase<Each>]: {
    readonly value: Each;
    readonly description: string;
  };
};

export const Scope = builder.enumType("Scope", {
  description: "Permissions of a client. Each scope includes those below it.",
  values,
});
