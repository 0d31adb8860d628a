from http.server import BaseHTTPRequestHandler, HTTPServer
from os import environ
from standardwebhooks import Webhook  # it came with Firstbell; elsewhere: pip install standardwebhooks
known = set()  # what has come; a real service keeps it where a restart does not lose it
class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):  # `verify` raises where it is not from us, and nothing is answered
        event = Webhook(environ["HOOK_SECRET"]).verify(self.rfile.read(int(self.headers["content-length"])), dict(self.headers))
        event["id"] in known or print(event["id"], *event["data"]["alerts"], sep="\n", flush=True)  # a second send is dropped
        known.add(event["id"]), self.send_response_only(204), self.end_headers()
HTTPServer(("127.0.0.1", 8000), Receiver).serve_forever()
