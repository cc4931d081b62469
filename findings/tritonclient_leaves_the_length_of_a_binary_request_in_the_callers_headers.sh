#!/usr/bin/env bash
# tritonclient 2.73.0 (PyPI, with its http extra).
#
# infer(headers=...) of tritonclient's HTTP client writes Inference-Header-Content-Length into the dict that the caller
# gave, when the inputs are sent as binary data, as they are by default. A program that keeps one dict with its token for
# all requests sends that length again with the next request, even if this one is plain JSON of another length: a server
# that follows the protocol cuts the JSON there. A copy of the dict for each request, dict(headers), is safe.
#
# Source: tritonclient/http/_client.py (InferenceServerClient.infer).
#
# Seen:
#   after a binary request, the caller's headers are ['Authorization', 'Inference-Header-Content-Length']
#   the JSON request of the same dict says that its JSON has 137 of 364 bytes
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'tritonclient[http]==2.73.0'
cat >main.py <<'PY'
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy
import tritonclient.http as triton

LENGTH = "Inference-Header-Content-Length"
seen = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        seen.append((self.headers.get(LENGTH), len(body)))
        output = {"name": "y", "datatype": "FP32", "shape": [1], "data": [1.0]}
        answer = json.dumps({"model_name": "m", "outputs": [output]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = triton.InferenceServerClient(f"127.0.0.1:{server.server_port}")
headers = {"Authorization": "Bearer made-up"}
for is_binary in (True, False):
    tensor = triton.InferInput("x", [1, 64], "FP32")
    tensor.set_data_from_numpy(numpy.zeros((1, 64), numpy.float32), binary_data=is_binary)
    client.infer("m", [tensor], headers=headers)
    if is_binary:
        print(f"after a binary request, the caller's headers are {sorted(headers)}")
(_, _), (stated, length) = seen
print(f"the JSON request of the same dict says that its JSON has {stated} of {length} bytes")
client.close()
server.shutdown()
sys.exit(LENGTH not in headers or stated is None or int(stated) >= length)
PY
venv/bin/python main.py
