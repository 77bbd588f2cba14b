#!/usr/bin/env bash
# semantic-kernel 1.45.0 (Python): an argument `service` of an MCP tool is sent as a description of the program's own model
# client, and `arguments` as the whole call, whatever the model wrote there and a filter let through.
#
# Guess: the server gets what the model wrote. That `service`, `kernel`, `execution_settings` and `arguments` are filled by
# the framework is for functions of the program's own, which declare such a parameter to get it.
# Seen (Python 3.11.7, mcp 1.30.0, 2026-11-30): the tool restart(service, region) is listed, and both are shown to the model as
# texts. It calls {"service": "web", "region": "eu"}; an AUTO_FUNCTION_INVOCATION filter, where a program asks a person, is
# shown just that and lets it through. The server gets {"service": {"ai_model_id": "played", "service_id": "default",
# "instruction_role": "system"}, "region": "eu"}: a server that makes texts of what it gets restarts something else or
# nothing, and one that looks refuses a call that fits its schema, each time it is corrected. `find`, whose `service`
# is optional, called with {"region": "eu"} gets one as well. Of an argument `arguments`, as of a program, the whole call
# arrives: {"program": "ls", "arguments": ["-l"]} as {"program": "ls", "arguments": {"program": "ls", "arguments": ["-l"]}}.
# Source: KernelFunctionFromMethod.gather_function_parameters in semantic_kernel/functions/kernel_function_from_method.py, which
# looks at a parameter's name; MCPPluginBase.load_tools in semantic_kernel/connectors/mcp.py makes parameters of a schema.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile semantic-kernel==1.45.0 mcp==1.30.0 \
  >/dev/null 2>&1
cat >server.py <<'PY'
import asyncio, json, sys
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

server = Server("desk")
text = {"type": "string"}


def tool(name, required, **properties):
    schema = {"type": "object", "properties": properties, "required": required}
    return types.Tool(name=name, description=f"The tool {name}.", inputSchema=schema)


@server.list_tools()
async def list_tools():
    return [
        tool("restart", ["service", "region"], service=text, region=text),
        tool("find", ["region"], service=text, region=text),
        tool("launch", ["program"], program=text, arguments={"type": "array", "items": text}),
    ]


# It keeps what reaches it, and looks at none of it.
@server.call_tool(validate_input=False)
async def call_tool(name, arguments):
    with open(sys.argv[1], "a") as file:
        file.write(json.dumps([name, arguments]) + "\n")
    return [types.TextContent(type="text", text="done")]


async def main():
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


asyncio.run(main())
PY
cat >look.py <<'PY'
import asyncio, json, logging, sys

logging.disable(logging.CRITICAL)
from semantic_kernel import Kernel
from semantic_kernel.connectors.ai.chat_completion_client_base import ChatCompletionClientBase
from semantic_kernel.connectors.ai.function_calling_utils import update_settings_from_function_call_configuration
from semantic_kernel.connectors.ai.function_choice_behavior import FunctionChoiceBehavior
from semantic_kernel.connectors.ai.open_ai import OpenAIChatPromptExecutionSettings
from semantic_kernel.connectors.mcp import MCPStdioPlugin
from semantic_kernel.contents import ChatHistory, ChatMessageContent, FunctionCallContent
from semantic_kernel.filters import FilterTypes

CALLS = [
    ("restart", {"service": "web", "region": "eu"}),
    ("find", {"region": "eu"}),
    ("launch", {"program": "ls", "arguments": ["-l"]}),
]
ITSELF = {"ai_model_id": "played", "service_id": "default", "instruction_role": "system"}
shown, passed = {}, []


class Played(ChatCompletionClientBase):
    """The first answer proposes the calls, the second is the end."""

    SUPPORTS_FUNCTION_CALLING = True

    def get_prompt_execution_settings_class(self):
        return OpenAIChatPromptExecutionSettings

    def _update_function_choice_settings_callback(self):
        return update_settings_from_function_call_configuration

    async def _inner_get_chat_message_contents(self, chat_history, settings):
        if len(chat_history.messages) > 1:
            return [ChatMessageContent(role="assistant", content="done")]
        for tool in settings.tools:
            shown[tool["function"]["name"]] = sorted(tool["function"]["parameters"]["properties"])
        calls = [FunctionCallContent(id=name, name=f"desk-{name}", arguments=json.dumps(said)) for name, said in CALLS]
        return [ChatMessageContent(role="assistant", items=calls)]


async def let_through(context, next):
    passed.append([context.function.name, dict(context.arguments)])
    await next(context)


async def look():
    kernel = Kernel()
    model = Played(ai_model_id="played", service_id="default")
    kernel.add_service(model)
    kernel.add_filter(FilterTypes.AUTO_FUNCTION_INVOCATION, let_through)
    async with MCPStdioPlugin(name="desk", command=sys.executable, args=["server.py", "arrived"]) as plugin:
        kernel.add_plugin(plugin)
        history = ChatHistory()
        history.add_user_message("go")
        settings = OpenAIChatPromptExecutionSettings(function_choice_behavior=FunctionChoiceBehavior.Auto())
        await model.get_chat_message_content(history, settings, kernel=kernel)
    return [json.loads(line) for line in open("arrived")]


arrived = asyncio.run(look())
print(f"the model is shown {shown}")
for label, calls in (("let through", passed), ("arrived", arrived)):
    print(f"{label}:", *(f"\n  {name} {json.dumps(arguments)}" for name, arguments in calls))
expected = (
    shown["desk-restart"] == shown["desk-find"] == ["region", "service"]
    and sorted(passed) == sorted([name, said] for name, said in CALLS)
    and dict(arrived) == {
        "restart": {"service": ITSELF, "region": "eu"},
        "find": {"service": ITSELF, "region": "eu"},
        "launch": {"program": "ls", "arguments": dict(CALLS)["launch"]},
    }
)
sys.exit(0 if expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
