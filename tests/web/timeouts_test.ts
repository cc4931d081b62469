/** The page's intervals fit together, and with those of the server and the trainer. */
import { describe, it } from "@std/testing/bdd";
import { assert, assertEquals } from "@std/assert";
import { USAGE_INTERVAL_MS } from "../../runs/timeouts.ts";
import { SHUTDOWN_GRACE_MS, UPLOAD_STALL_MS } from "../../server/timeouts.ts";
import * as t from "../../web/timeouts.ts";
import { ascend } from "../support/ascend.ts";

describe("the page's timeouts", () => {
  it("reconnect with growing pauses, and repeat a request in between", () => {
    ascend(t.RECONNECT_MS, t.REQUEST_RETRY_MS, t.MAX_RECONNECT_MS);
  });

  it("notice within 15 seconds that a connection is dead", () => {
    assert(t.SOCKET_PING_MS + t.SOCKET_ANSWER_MS <= 15_000);
    ascend(t.MAX_RECONNECT_MS, t.SOCKET_ANSWER_MS, t.SOCKET_PING_MS);
  });

  it("load a part of the page again for longer than a server takes to restart", () => {
    let [total, pause] = [0, t.PART_RETRY_MS];
    for (let attempt = 1; attempt < t.MAX_PART_ATTEMPTS; attempt++) {
      total += pause;
      pause = Math.min(2 * pause, t.MAX_PART_RETRY_MS);
    }
    ascend(2 * SHUTDOWN_GRACE_MS, total);
  });

  it("leave it to the server to end a stalled upload, and wait for a restart of both", () => {
    ascend(t.MAX_RECONNECT_MS, t.UPLOAD_ANSWER_MS, UPLOAD_STALL_MS, t.UPLOAD_STALL_MS);
    ascend(t.UPLOAD_STALL_MS + SHUTDOWN_GRACE_MS, t.UPLOAD_PATIENCE_MS);
  });

  it("read what changes more often than what does not", () => {
    ascend(t.RUN_LIST_DEBOUNCE_MS, t.ACTIVE_RUN_LIST_MS, t.IDLE_RUN_LIST_MS);
    ascend(t.PROGRESS_INTERVAL_MS, t.FINISHED_PROGRESS_INTERVAL_MS);
  });

  it("read resource usage as often as a trainer reports it", () => {
    assertEquals(t.REFRESH_INTERVAL_MS, USAGE_INTERVAL_MS);
  });

  it("react to typing, scrolling and panning at once, as a person sees it", () => {
    for (const ms of [t.RUN_LIST_DEBOUNCE_MS, t.SCROLL_DEBOUNCE_MS, t.CURVE_DEBOUNCE_MS]) {
      assert(ms < 200);
    }
    ascend(t.CURVE_DEBOUNCE_MS, t.CURVE_REDRAW_MS);
  });
});
