#!/usr/bin/env bash
# openai-agents 0.24.0 (Python): what an MCP server lists as a tool's `_meta` is sent back with every call of the tool, over
# what the program's own `tool_meta_resolver` says.
#
# Guess: `_meta` of a list tells the client of the tool; `_meta` of a call is the program's, so that what it resolves stands.
# Seen (Python 3.11.7, mcp 2.3.0, 2026-11-30): the tool is listed with {"desk/version": "3", "tenant": "demo"}. A call without
# a resolver arrives with both. With a resolver that says {"tenant": "acme", "trace": "t1"} it arrives with trace "t1",
# desk/version "3" and tenant "demo": of a name that both give, the server's list wins, and nobody is told. A server that
# takes only the names it knows in a call's `_meta` refuses each call for words that it listed itself; a gateway or server
# that reads a tenant or a person there gets what a list said, not the program. `server.call_tool` sends none of it.
# Source: MCPUtil.to_function_tool and _merge_mcp_meta in agents/mcp/util.py;
# https://github.com/openai/openai-agents-python/pull/2769, where it came in as a mend.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check openai-agents==0.24.0 mcp==2.3.0 >/dev/null 2>&1
cat >server.py <<'PY'
import asyncio, json
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

LISTED = {"desk/version": "3", "tenant": "demo"}
# What the SDK's own client adds to every request of the newer protocol is not what is looked at.
OWN = "io.modelcontextprotocol/"


async def on_list_tools(context, params):
    schema = {"type": "object", "properties": {}}
    return types.ListToolsResult(tools=[types.Tool(name="look", input_schema=schema, _meta=LISTED)])


async def on_call_tool(context, params):
    meta = {name: value for name, value in (params.meta or {}).items() if not name.startswith(OWN)}
    return types.CallToolResult(content=[types.TextContent(text=json.dumps(meta, sort_keys=True))])


async def main():
    server = Server("desk", on_list_tools=on_list_tools, on_call_tool=on_call_tool)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


asyncio.run(main())
PY
cat >look.py <<'PY'
import asyncio, json, logging, os, sys

os.environ["OPENAI_AGENTS_DISABLE_TRACING"] = "1"
logging.disable(logging.CRITICAL)
from agents import Agent, RunContextWrapper
from agents.mcp import MCPServerStdio, MCPUtil
from agents.tool_context import ToolContext


async def called(resolver):
    params = {"command": sys.executable, "args": ["server.py"]}
    async with MCPServerStdio(params=params, tool_meta_resolver=resolver, client_session_timeout_seconds=60) as server:
        context = RunContextWrapper(context=None)
        [tool] = await MCPUtil.get_function_tools(server, False, context, Agent(name="clerk"))
        call = ToolContext(context=None, tool_name="look", tool_call_id="c1", tool_arguments="{}")
        answer = await tool.on_invoke_tool(call, "{}")
        directly = await server.call_tool("look", {})
        return json.loads(answer["text"]), json.loads(directly.content[0].text)


async def look():
    return {
        "no resolver": await called(None),
        "a resolver": await called(lambda context: {"tenant": "acme", "trace": "t1"}),
    }


seen = asyncio.run(look())
for name, (tool, directly) in seen.items():
    print(f"{name}: the agent's tool sent {tool}; server.call_tool sent {directly}")
listed = {"desk/version": "3", "tenant": "demo"}
expected = {"no resolver": (listed, {}), "a resolver": ({**listed, "trace": "t1"}, {})}
sys.exit(0 if seen == expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
