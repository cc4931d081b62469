/** Shows a lost connection to the server in words; otherwise a quiet dot. */
import { type Connection, connectionStore } from "../api/socket.ts";
import { useValue } from "../parts/value_store.ts";

const WORDS: Readonly<Record<Connection, string>> = {
  connecting: "Connecting…",
  live: "Live",
  reconnecting: "Connection lost. Reconnecting…",
  "signed-out": "Signed out",
};

/** The state of the WebSocket to the server. */
export function ConnectionNote() {
  const connection = useValue(connectionStore);
  return (
    <span className="training-connection" data-connection={connection} role="status">
      {WORDS[connection]}
    </span>
  );
}
