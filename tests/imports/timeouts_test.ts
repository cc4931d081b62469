/** The intervals and timeouts of imports fit together. */
import { describe, it } from "@std/testing/bdd";
import {
  ADOPT_INTERVAL_MS,
  DISK_PAUSE_MS,
  LOOK_INTERVAL_MS,
  SAVE_INTERVAL_MS,
} from "../../imports/timeouts.ts";
import { ascend } from "../support/ascend.ts";

describe("the timeouts of imports", () => {
  it("let followers see each state that an importer stores", () => {
    ascend(LOOK_INTERVAL_MS, SAVE_INTERVAL_MS);
  });

  it("let an importer store its state between two attempts at a full disk", () => {
    ascend(SAVE_INTERVAL_MS, DISK_PAUSE_MS);
  });

  it("let an importer begin before a server looks for abandoned imports again", () => {
    ascend(2 * DISK_PAUSE_MS, ADOPT_INTERVAL_MS);
  });
});
