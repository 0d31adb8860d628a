from http.server import BaseHTTPRequestHandler, HTTPServer
from os import environ
from standardwebhooks import Webhook  # pip install standardwebhooks
class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        event = Webhook(environ["HOOK_SECRET"]).verify(body, dict(self.headers))  # raises where it is not from us
        print(event["id"], *event["data"]["alerts"], sep="\n", flush=True)  # the same id again: you have it already
        self.send_response_only(204), self.end_headers()
HTTPServer(("127.0.0.1", 8000), Receiver).serve_forever()
