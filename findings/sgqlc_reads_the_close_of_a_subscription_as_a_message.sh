#!/usr/bin/env bash
# sgqlc 18, websocket-client 1.9.0, websockets 16.0 (PyPI).
#
# When a server closes the WebSocket of a subscription, with 1012 because it restarts for example, sgqlc's
# WebSocketEndpoint raises json.JSONDecodeError: "Expecting value: line 1 column 1 (char 0)". websocket-client's recv()
# returns an empty text for a close frame instead of an error, and the endpoint parses it as the next message. A loop
# that catches the errors of the network alone, OSError and WebSocketException, ends there; the code of the close is
# nowhere to be seen.
#
# Source: sgqlc/endpoint/websocket.py (_get_response), websocket/_core.py (recv).
#
# Seen:
#   {'data': {'tick': 1}}
#   JSONDecodeError: Expecting value: line 1 column 1 (char 0)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'sgqlc[websocket]==18' websocket-client==1.9.0 websockets==16.0
cat >main.py <<'PY'
import json
import sys
import threading

from sgqlc.endpoint.websocket import WebSocketEndpoint
from websockets.sync.server import serve


def answer(socket):
    for text in socket:
        message = json.loads(text)
        if message["type"] == "connection_init":
            socket.send(json.dumps({"type": "connection_ack"}))
        if message["type"] == "start":
            data = {"type": "data", "id": message["id"], "payload": {"data": {"tick": 1}}}
            socket.send(json.dumps(data))
            socket.close(1012)
            return


server = serve(answer, "127.0.0.1", 0, subprotocols=["graphql-ws"])
threading.Thread(target=server.serve_forever, daemon=True).start()
endpoint = WebSocketEndpoint(f"ws://127.0.0.1:{server.socket.getsockname()[1]}/")
seen = []
try:
    for result in endpoint("subscription { tick }"):
        print(result)
except Exception as error:
    seen.append(type(error).__name__)
    print(f"{type(error).__name__}: {error}")
server.shutdown()
sys.exit(seen != ["JSONDecodeError"])
PY
venv/bin/python main.py
