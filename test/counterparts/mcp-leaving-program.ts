/**
 * A server that is a program with the one tool `make_contact`, which it never comes to the end of: of each call it writes
 * a line to the file that it is told of, and when it is told to leave it answers all of them with an error before it goes.
 */
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

type Message = {
  readonly id?: number;
  readonly method: string;
  readonly params?: { readonly protocolVersion?: string };
};

const [, , effects = ""] = process.argv;
const under_way: number[] = [];

const answer = (id: number, result: object): void => {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);
};

const hear = ({ id, method, params }: Message): void => {
  if (id === undefined) return;
  const info = { capabilities: { tools: {} }, serverInfo: { name: "leaving", version: "1" } };
  if (method === "initialize") answer(id, { protocolVersion: params?.protocolVersion, ...info });
  else if (method === "tools/list") {
    answer(id, { tools: [{ name: "make_contact", inputSchema: { type: "object" } }] });
  } else if (method === "tools/call") {
    under_way.push(id);
    appendFileSync(effects, "asked\n");
  }
};

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => hear(JSON.parse(line)));
lines.on("close", () => {
  for (const id of under_way) answer(id, { isError: true, content: [{ type: "text", text: "the server is leaving" }] });
  // As programs do that put their things in order.
  setTimeout(() => process.exit(), 500);
});
