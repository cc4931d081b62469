/** type RunConnection, type RunEdge */
import { builder } from "../base/builder.ts";
import { Run } from "./run.ts";

export const RunConnection = builder.connectionObject(
  { type: Run, name: "RunConnection", description: "A page of runs." },
  { name: "RunEdge", description: "A run and its place among the runs that were asked for." },
);
