#!/usr/bin/env bash
# mcp 2.3.0 (the official Python SDK): a text for an optional argument is read as JSON before the argument's type is looked at.
#
# Guess: `text: str | None` takes every text as it is, as `text: str` does: the published schema says {"type": "string"} for it.
# Seen (Python 3.11.7, 2026-11-29): the text "null" reaches the tool as None, and the call is a success; a text that is a JSON
# object or array is refused ("Input should be a valid string"). "42", "true" and a quoted word stay texts, and so does
# every text where the argument is required. Who writes a document, a template or a message through such a tool is told
# that a valid call is wrong, or loses one word's text without an error; what was approved is not what is done.
# Source: pre_parse_json in mcp/server/mcpserver/utilities/func_metadata.py, meant for clients that send lists as texts.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check mcp==2.3.0 >/dev/null 2>&1
cat >look.py <<'PY'
import asyncio, logging, sys
from mcp import Client
from mcp.server.mcpserver import MCPServer

logging.disable(logging.CRITICAL)
server = MCPServer("notes")
got = []


@server.tool()
def save_required(text: str) -> str:
    got.append(text)
    return "saved"


@server.tool()
def save_optional(text: str | None = None) -> str:
    got.append(text)
    return "saved"


async def look():
    seen = {}
    async with Client(server) as client:
        for text in ("null", '{"a": 1}', "[]", "42", "true", '"word"'):
            for tool in ("save_required", "save_optional"):
                got.clear()
                answer = await client.call_tool(tool, {"text": text})
                outcome = "refused" if answer.is_error else repr(got[0])
                seen[tool, text] = "as it is" if outcome == repr(text) else outcome
                print(f"{tool} {text!r}: {seen[tool, text]}")
    return seen


seen = asyncio.run(look())
changed = {key: value for key, value in seen.items() if value != "as it is"}
expected = {
    ("save_optional", "null"): "None",
    ("save_optional", '{"a": 1}'): "refused",
    ("save_optional", "[]"): "refused",
}
sys.exit(0 if changed == expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
