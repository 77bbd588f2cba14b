#!/usr/bin/env bash
# google-adk 2.13.0, llama-index-tools-mcp 0.4.8 and mcpadapt 0.1.19 (by which crewai-tools 1.15.30 lists): of a list of tools
# that has pages the first is read, and the others are not asked for.
#
# Guess: a framework's client follows `nextCursor`, as the protocol says that a list may have one; if not, it says so.
# Seen (Python 3.11.7, mcp 1.30.0, 2026-11-30): a server has four tools on two pages. All three come back with the first two and
# no word; a tool of the second page that is asked for by name (`tool_filter`, `allowed_tools`) is an empty list. The server
# is asked for nothing by a cursor. The SDK below them gives one page for a call, with the cursor. An agent lacks tools by
# their place in a list; a tool that is new may push another one out.
# Source: McpToolset.get_tools in google/adk/tools/mcp_tool/mcp_toolset.py, McpToolSpec.fetch_tools in
# llama_index/tools/mcp/base.py, MCPAdapt in mcpadapt/core.py; MCPClient._list_tools_impl in crewai/mcp/client.py and
# MCPToolset.getTools of @google/adk 2.0.0 do the same; MCPServerStdio of openai-agents 0.24.0 reads all pages.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile "google-adk[mcp]==2.13.0" llama-index-tools-mcp==0.4.8 mcpadapt==0.1.19 mcp==1.30.0 >/dev/null 2>&1
cat >server.py <<'PY'
import asyncio
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

server = Server("desk")
pages = {None: (["add", "find"], "2"), "2": (["move", "send"], None)}


@server.list_tools()
async def list_tools(request: types.ListToolsRequest) -> types.ListToolsResult:
    cursor = request.params.cursor if request.params else None
    with open("asked", "a") as asked:
        asked.write(f"{cursor}\n")
    names, following = pages[cursor]
    tools = [types.Tool(name=name, inputSchema={"type": "object", "properties": {}}) for name in names]
    return types.ListToolsResult(tools=tools, nextCursor=following)


async def main():
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


asyncio.run(main())
PY
cat >look.py <<'PY'
import asyncio, logging, os, sys, warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
from google.adk.tools.mcp_tool import McpToolset, StdioConnectionParams
from llama_index.tools.mcp import BasicMCPClient, McpToolSpec
from mcp import ClientSession, StdioServerParameters, types
from mcp.client.stdio import stdio_client
from mcpadapt.core import MCPAdapt, ToolAdapter

program = StdioServerParameters(command=sys.executable, args=["server.py"])


async def by_the_sdk():
    async with stdio_client(program) as streams:
        async with ClientSession(*streams) as session:
            await session.initialize()
            first = await session.list_tools()
            second = await session.list_tools(params=types.PaginatedRequestParams(cursor=first.nextCursor))
            return [tool.name for tool in first.tools + second.tools]


async def by_adk(names=None):
    params = StdioConnectionParams(server_params=program, timeout=60)
    toolset = McpToolset(connection_params=params, tool_filter=names)
    tools = await toolset.get_tools()
    await toolset.close()
    return [tool.name for tool in tools]


async def by_llama(names=None):
    spec = McpToolSpec(BasicMCPClient(program.command, args=program.args), allowed_tools=names)
    return [tool.metadata.name for tool in await spec.to_tool_list_async()]


class Names(ToolAdapter):
    def adapt(self, func, mcp_tool):
        return mcp_tool.name

    async def async_adapt(self, afunc, mcp_tool):
        return mcp_tool.name


def by_mcpadapt():
    with MCPAdapt(program, Names(), 60) as names:
        return names


def look(listing):
    if os.path.exists("asked"):
        os.remove("asked")
    names = asyncio.run(listing) if asyncio.iscoroutine(listing) else listing()
    return names, sorted(set(open("asked").read().split()))


seen = {
    "the SDK, asked twice": look(by_the_sdk()),
    "google-adk": look(by_adk()),
    "google-adk, send": look(by_adk(["send"])),
    "llama-index": look(by_llama()),
    "llama-index, send": look(by_llama(["send"])),
    "mcpadapt": look(by_mcpadapt),
}
for name, (names, asked) in seen.items():
    print(f"{name}: {names}; cursors asked for: {asked}")
first = (["add", "find"], ["None"])
none = ([], ["None"])
expected = {
    "the SDK, asked twice": (["add", "find", "move", "send"], ["2", "None"]),
    "google-adk": first,
    "google-adk, send": none,
    "llama-index": first,
    "llama-index, send": none,
    "mcpadapt": first,
}
sys.exit(0 if seen == expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
