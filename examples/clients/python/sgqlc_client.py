"""Starts a run and follows it with sgqlc, which speaks the older protocol graphql-ws. The loop asks for what is missing."""
import os
import time
from json import JSONDecodeError

from sgqlc.endpoint.http import HTTPEndpoint
from sgqlc.endpoint.websocket import WebSocketEndpoint
from websocket import WebSocketException

URL = os.environ.get("EPOCHQL_URL", "http://127.0.0.1:8000")
HEADERS = {"Authorization": f"Bearer {os.environ.get('EPOCHQL_TOKEN', '')}"}
START = "mutation { startTraining(input: { epochs: 5, seed: 1 }) { run { id } } }"
EPOCHS = "subscription ($id: ID, $last: Int) { epochs(runId: $id, afterEpoch: $last) { number testAcc } }"

http = HTTPEndpoint(f"{URL}/graphql", HEADERS)
socket = WebSocketEndpoint(f"{URL.replace('http', 'ws', 1)}/graphql", header=HEADERS)
cursor = {"id": http(START)["data"]["startTraining"]["run"]["id"], "last": 0}
while True:
    try:
        for result in socket(EPOCHS, cursor):
            print("epoch {number}: {testAcc:.1%}".format(**result["data"]["epochs"]), flush=True)
            cursor["last"] = result["data"]["epochs"]["number"]
        break
    except (OSError, WebSocketException, JSONDecodeError):
        time.sleep(1)
