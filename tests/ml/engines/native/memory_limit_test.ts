/** The memory that a process can have. */
import { assertEquals } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import process from "node:process";
import { machineMemory } from "../../../../ml/engines/native/memory_limit.ts";

describe("machineMemory()", () => {
  const { constrainedMemory } = process;
  afterEach(() => {
    process.constrainedMemory = constrainedMemory;
  });

  it("is the limit of a container, where there is one below the machine's memory", () => {
    const { total } = Deno.systemMemoryInfo();
    // Without a limit: nothing, or more than any machine has.
    for (const [limit, memory] of [[1e8, 1e8], [0, total], [2 ** 63, total]] as const) {
      process.constrainedMemory = () => limit;
      assertEquals(machineMemory(), memory);
    }
  });
});
