#!/usr/bin/env bash
# llama-index-tools-mcp 0.4.8: one tool with a schema that names itself, as of a tree, takes all tools of its server away.
#
# Guess: a `$ref` that comes back is a type of its own (as pydantic, whose models are made of it, has it) or a plain object;
# were one tool of no use, the others would be there.
# Seen (Python 3.11.7, mcp 1.30.0, 2026-11-30): a server has `look` and `save_tree`, whose argument is a pydantic model with a list of
# itself. The SDK lists and calls both. `McpToolSpec(client).to_tool_list_async()` throws RecursionError, which names no tool;
# an agent gets neither of them, though nothing is wrong with `look`. Named in `allowed_tools`, `look` alone is there.
# Source: TypeResolutionMixin._resolve_reference in llama_index/tools/mcp/tool_spec_mixins.py makes the model of a `$ref` while
# it makes that model, as the model is noted only once it is whole; McpToolSpec.to_tool_list_async makes all or none.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check llama-index-tools-mcp==0.4.8 mcp==1.30.0 >/dev/null 2>&1
cat >server.py <<'PY'
from mcp.server.fastmcp import FastMCP
from pydantic import BaseModel

server = FastMCP("desk", log_level="ERROR")


class Node(BaseModel):
    name: str
    children: list["Node"] = []


@server.tool()
def look(query: str) -> str:
    return "seen"


@server.tool()
def save_tree(root: Node) -> str:
    return "saved"


server.run("stdio")
PY
cat >look.py <<'PY'
import asyncio, logging, sys, warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
from llama_index.tools.mcp import BasicMCPClient, McpToolSpec
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def by_llama(allowed):
    spec = McpToolSpec(BasicMCPClient(sys.executable, args=["server.py"]), allowed_tools=allowed)
    try:
        return [tool.metadata.name for tool in await spec.to_tool_list_async()]
    except RecursionError as error:
        return type(error).__name__


async def by_the_sdk():
    async with stdio_client(StdioServerParameters(command=sys.executable, args=["server.py"])) as streams:
        async with ClientSession(*streams) as session:
            await session.initialize()
            names = [tool.name for tool in (await session.list_tools()).tools]
            root = {"name": "a", "children": [{"name": "b"}]}
            answer = await session.call_tool("save_tree", {"root": root})
            return names, answer.content[0].text


async def look():
    return {
        "the SDK": await by_the_sdk(),
        "all tools": await by_llama(None),
        "only the other tool": await by_llama(["look"]),
    }


seen = asyncio.run(look())
for name, what in seen.items():
    print(f"{name}: {what}")
expected = {
    "the SDK": (["look", "save_tree"], "saved"),
    "all tools": "RecursionError",
    "only the other tool": ["look"],
}
sys.exit(0 if seen == expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
