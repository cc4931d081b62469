/** Threads that answer requests. */
import { assertEquals, assertRejects } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import { createRequestThread } from "../../../lib/process/request_thread.ts";

describe("createRequestThread()", () => {
  const thread = createRequestThread<string, string>(
    new URL("./echo_thread.ts", import.meta.url),
    60_000,
  );

  afterEach(() => thread.end(new Error("the test has ended")));

  it("gives each request its answer, and the error of one that fails", async () => {
    const failed = assertRejects(() => thread.ask("fail", []), Error, "asked to fail");
    assertEquals(await Promise.all([thread.ask("a", []), thread.ask("b", [])]), ["a", "b"]);
    await failed;
  });

  it("fails what is pending when the thread dies, and starts another for the next request", async () => {
    const pending = assertRejects(() => thread.ask("hang", []), Error, "asked to die");
    await assertRejects(() => thread.ask("die", []), Error, "asked to die");
    await pending;
    assertEquals(await thread.ask("again", []), "again");
  });

  it("fails what is pending when it is ended, and starts another for the next request", async () => {
    const pending = assertRejects(() => thread.ask("hang", []), Error, "closed");
    thread.end(new Error("closed"));
    await pending;
    assertEquals(await thread.ask("again", []), "again");
  });
});
