/** Shows a lost connection to the server in words; otherwise a quiet dot. */
import { useSyncExternalStore } from "react";
import { type Connection, connectionStore } from "../api/socket.ts";

const WORDS: Readonly<Record<Connection, string>> = {
  connecting: "Connecting…",
  live: "Live",
  reconnecting: "Connection lost. Reconnecting…",
};

export function ConnectionNote() {
  const connection = useSyncExternalStore(connectionStore.subscribe, connectionStore.get);
  return (
    <span className="training-connection" data-connection={connection} role="status">
      {WORDS[connection]}
    </span>
  );
}
