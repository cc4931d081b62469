/** A thread that echoes texts, but for those that tell it to fail, to hang or to die. */
import { answerRequests } from "../../../lib/process/request_thread.ts";

answerRequests((text: string) => {
  if (text === "fail") throw new Error("asked to fail");
  if (text === "hang") return new Promise<string>(() => {});
  if (text === "die") {
    setTimeout(() => {
      throw new Error("asked to die");
    });
  }
  return text === "die" ? new Promise<string>(() => {}) : Promise.resolve(text);
});
