"""Receives webhooks, verifies them and acts on each once, with nothing but Python's own library: python receiver.py"""
import base64, hashlib, hmac, http.server, os, time

key = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
seen = set()  # Keep ids where they survive a restart: in a table with a unique key.


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        id, sent = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        mac = hmac.digest(key, f"{id}.{sent}.".encode() + body, hashlib.sha256)
        signature = "v1," + base64.b64encode(mac).decode()
        is_signed = any(hmac.compare_digest(signature, one) for one in self.headers["webhook-signature"].split())
        if is_signed and abs(time.time() - int(sent)) < 300:
            if id not in seen:
                print(body.decode(), flush=True)
            seen.add(id)
            self.send_response(204)
        else:
            self.send_response(401)
        self.end_headers()


http.server.HTTPServer(("", int(os.environ.get("PORT", "3000"))), Receiver).serve_forever()
