#!/usr/bin/env bash
# mcp-haystack 2.1.1 (Haystack, Python): a call whose event stream ends before its answer is sent again, up to three times more,
# whatever the tool does; what comes back is one result.
#
# Guess: the call fails, since nobody knows whether it was done. `max_retries: 3`, "maximum number of reconnection attempts",
# is about connecting; if calls are repeated, then those of a tool that its server lists as `readOnlyHint` or `idempotentHint`.
# Seen (Python 3.11.7, haystack-ai 3.4.1, mcp 2.3.0, 2026-11-30): `pay`, listed with destructiveHint and idempotentHint false, does
# its work and its stream is cut, as where a gateway ends what it thinks idle or a server is started anew. Once: two
# payments, and the result of the second, with nothing that tells of the first. Each time: four payments, then an error of
# the connection. A connection that ends without any answer, and a 504, are not repeated, and neither is a cut stream
# by agent-framework-core 1.23.0, fastmcp 4.2.3, strands-agents 1.62.0 or pydantic-ai-slim 2.68.0 with the same server.
# `StreamableHttpServerInfo(url, max_retries=0)` sends once.
# Source: MCPClient.call_tool in haystack_integrations/tools/mcp/mcp_tool.py and is_reconnectable beside it, which takes the
# SDK's CONNECTION_CLOSED; https://github.com/deepset-ai/haystack-core-integrations/pull/2115, for connections that went
# while nobody called; https://modelcontextprotocol.io/specification/2025-11-25/basic/transports: a stream that was cut
# does not cancel its request.
#
# Prints what it sees; fails when that changes. Takes about 20 s, since the client waits before it repeats.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile mcp-haystack==2.1.1 haystack-ai==3.4.1 \
  mcp==2.3.0 >/dev/null 2>&1
cat >bank.py <<'PY'
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HINTS = {"readOnlyHint": False, "destructiveHint": True, "idempotentHint": False}
SCHEMA = {"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]}
RESULTS = {
    "initialize": {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "bank", "version": "1"}},
    "tools/list": {"tools": [{"name": "pay", "description": "Pays.", "inputSchema": SCHEMA, "annotations": HINTS}]},
}


class Bank(BaseHTTPRequestHandler):
    """Pays, and then ends the stream of as many answers as `cut` says."""

    protocol_version = "HTTP/1.1"
    paid, cut = 0, 0

    def log_message(self, *_line):
        pass

    def send(self, status, body=b""):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.send(405)

    do_DELETE = do_GET

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if "id" not in message:
            return self.send(202)
        answer = {"jsonrpc": "2.0", "id": message["id"]}
        if message["method"] == "tools/call":
            Bank.paid += 1
            if Bank.paid <= Bank.cut:
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.end_headers()
                self.wfile.write(b": at work\n\n")
                self.close_connection = True
                return None
            answer["result"] = {"content": [{"type": "text", "text": f"payment {Bank.paid}"}]}
        elif message["method"] in RESULTS:
            answer["result"] = RESULTS[message["method"]]
        else:
            answer["error"] = {"code": -32601, "message": "Method not found"}
        return self.send(200, json.dumps(answer).encode())


server = ThreadingHTTPServer(("127.0.0.1", 0), Bank)
URL = f"http://127.0.0.1:{server.server_port}/mcp"
PY
cat >look.py <<'PY'
import json, logging, os, sys, threading

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
logging.disable(logging.CRITICAL)
from bank import URL, Bank, server
from haystack_integrations.tools.mcp import MCPTool, StreamableHttpServerInfo

threading.Thread(target=server.serve_forever, daemon=True).start()


def called(cut, **more):
    Bank.paid, Bank.cut = 0, cut
    tool = MCPTool(name="pay", server_info=StreamableHttpServerInfo(url=URL, **more), invocation_timeout=60)
    try:
        told = json.loads(tool.invoke(to="a"))["content"][0]["text"]
    except Exception as error:
        told = type(error).__name__
    finally:
        tool.close()
    return Bank.paid, told


seen = {
    "cut once": called(1),
    "cut each time": called(99),
    "cut once, max_retries=0": called(1, max_retries=0),
}
for name, (paid, told) in seen.items():
    print(f"{name}: {paid} payments, told {told!r}")
expected = {
    "cut once": (2, "payment 2"),
    "cut each time": (4, "ToolInvocationError"),
    "cut once, max_retries=0": (1, "ToolInvocationError"),
}
sys.stdout.flush()
sys.exit(0 if seen == expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
