/** type Viewer */
import type { Viewer as Shape } from "../base/access.ts";
import { builder } from "../base/builder.ts";
import { Scope } from "./scope.ts";

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
