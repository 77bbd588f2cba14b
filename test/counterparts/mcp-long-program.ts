/**
 * A server that is a program and writes its messages by itself, of any length. Its tools: `held` is answered when
 * `released` is called, and `says` answers with so many bytes, in the form that it is told. Whatever is asked for beside
 * tools has as many bytes as the second argument says; its list of tools has them after the tool `grows` was called.
 */
import { createInterface } from "node:readline";

const [, , bytes = "0"] = process.argv;
const long = (size: number): string => '\\" é}]'.repeat(Math.ceil(size / 7));
const say = (message: object): void => console.log(JSON.stringify({ ...message, jsonrpc: "2.0" }));
const tool = (name: string, description = "") => ({ name, description, inputSchema: { type: "object" } });
const text = (said: string) => [{ type: "text", text: said }];

const FORMS: Record<string, (said: string) => object> = {
  content: (said) => ({ result: { content: text(said) } }),
  structured: (said) => ({ result: { content: [], structuredContent: { said } } }),
  error: (said) => ({ result: { content: text(said), isError: true } }),
  protocol_error: (said) => ({ error: { code: -32_000, message: "no", data: { said } } }),
  neither: (said) => ({ result: { said: [said] } }),
};

const held: unknown[] = [];
let grown = 0;

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  switch (method) {
    case "initialize": {
      const capabilities = { tools: {}, prompts: {}, resources: {} };
      const serverInfo = { name: "long", version: "1" };
      return say({ id, result: { protocolVersion: params.protocolVersion, capabilities, serverInfo } });
    }
    case "tools/list":
      return say({ id, result: { tools: [tool("held"), tool("says", long(grown))] } });
    case "prompts/list":
      return say({ id, result: { prompts: [{ name: "p", description: long(Number(bytes)) }] } });
    case "resources/read":
      return say({ id, result: { contents: [{ uri: params.uri, text: long(Number(bytes)) }] } });
  }
  const { name, arguments: args } = params;
  if (name === "held") return held.push(id);
  if (name === "released") for (const each of held.splice(0)) say({ id: each, result: { content: text("released") } });
  if (name === "grows") grown = Number(bytes);
  if (name !== "says") return say({ id, result: { content: text(String(process.pid)) } });
  console.log(`a line that is no message: ${long(args.bytes)}`);
  say({ ...FORMS[args.form]?.(long(args.bytes)), id });
});
