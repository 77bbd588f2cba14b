#!/usr/bin/env bash
# mcp 1.30.0 and 2.3.0 (the official Python SDK): one refused connection ends the client of a server over HTTP for good.
#
# Guess: a call while the server is being started anew fails with an error of the connection, and the next call, which finds
# it again, is done: the server keeps nothing between two requests and gave no session id.
# Seen (Python 3.11.7, 2026-11-30): the call is ended by a cancellation of the task that made it (CancelledError, no Exception,
# so `except Exception` does not see it), every later call ends so too (1.30.0) or with "Connection closed" (2.3.0) though the
# server answers again, and leaving the client raises an ExceptionGroup with the first refusal. Who keeps a client for an
# agent's life makes a new one after any such end.
# Source: _run_request_post (2.3.0) and the task of a request (1.30.0) in mcp/client/streamable_http.py: they run in the task
# group of the whole transport, which an error of one ends.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for version in 1.30.0 2.3.0; do
  python3 -m venv "venv-$version"
  "venv-$version/bin/python" -m pip install --quiet --disable-pip-version-check "mcp==$version" >/dev/null 2>&1
done
cat >server.py <<'PY'
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Desk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if "id" not in asked:
            return self.reply(202, b"")
        result = {
            "initialize": {
                "protocolVersion": "2025-06-18",
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "desk", "version": "1"},
            },
            "tools/list": {"tools": [{"name": "look", "inputSchema": {"type": "object"}}]},
            "tools/call": {"content": [{"type": "text", "text": "seen"}]},
        }.get(asked["method"])
        if result is None:
            error = {"code": -32601, "message": "Method not found"}
            return self.reply(200, json.dumps({"jsonrpc": "2.0", "id": asked["id"], "error": error}).encode())
        self.reply(200, json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}).encode())

    def do_GET(self):
        self.reply(405, b"")

    do_DELETE = do_GET

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Desk).serve_forever()
PY
cat >look.py <<'PY'
import asyncio, logging, socket, subprocess, sys

logging.disable(logging.CRITICAL)
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
url = f"http://127.0.0.1:{port}/mcp"
running = []


def start():
    running.append(subprocess.Popen([sys.executable, "server.py", str(port)]))
    while True:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return


def stop():
    while running:
        server = running.pop()
        server.kill()
        server.wait()


async def called(session):
    try:
        await asyncio.wait_for(session.call_tool("look", {}), 10)
        return "done"
    except TimeoutError:
        return "no answer in 10 s"
    except BaseException as error:
        return f"{type(error).__name__}: {error}"


async def through(session):
    seen = [await called(session)]
    stop()
    seen.append(await called(session))
    start()
    seen += [await called(session), await called(session)]
    return seen


async def look(version):
    seen = []
    try:
        if version == "1":
            from mcp import ClientSession
            from mcp.client.streamable_http import streamablehttp_client

            async with streamablehttp_client(url) as (read, write, _):
                async with ClientSession(read, write) as session:
                    await session.initialize()
                    seen += await through(session)
        else:
            from mcp import Client

            async with Client(url) as client:
                seen += await through(client)
    except BaseException as error:
        seen.append(f"left with {type(error).__name__}")
    return seen


start()
try:
    seen = asyncio.run(look(sys.argv[1]))
finally:
    stop()
for each in seen:
    print(each)
kinds = [each.split(":")[0] for each in seen]
expected = {
    "1": ["done", "CancelledError", "CancelledError", "CancelledError", "left with ExceptionGroup"],
    "2": ["done", "CancelledError", "MCPError", "MCPError", "left with ExceptionGroup"],
}[sys.argv[1]]
sys.exit(0 if kinds == expected else "that is another behaviour than was seen")
PY
for version in 1.30.0 2.3.0; do
  echo "mcp $version:"
  "venv-$version/bin/python" look.py "${version%%.*}"
done
