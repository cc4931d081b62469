/** type RunConnection, type RunEdge */
import { builder } from "../base/builder.ts";
import { Run } from "./run.ts";

export const RunConnection = builder.connectionObject(
  { type: Run, name: "RunConnection", description: "Page of runs." },
  { name: "RunEdge", description: "Run with its cursor." },
);
