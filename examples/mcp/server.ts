/**
 * An MCP server by the official SDK, spoken to over stdin and stdout: notes in a file.
 *
 *     node examples/mcp/server.ts <tools.json> <notes.json>
 *
 * Its tools are described by the first file, which is read whenever they are listed, so that a change of it is seen; the
 * notes are in the second. A note is kept once for each idempotency key, however often it is asked for.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Server } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";

const [, , described = "tools.json", kept = "notes.json"] = process.argv;

type Notes = { [key: string]: string };
const read = (): Notes => (existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : {});
const write = (notes: Notes): void => writeFileSync(kept, JSON.stringify(notes));

const answer = (structuredContent: { [name: string]: unknown }) => ({
  content: [{ type: "text" as const, text: JSON.stringify(structuredContent) }],
  structuredContent,
});

/** Where it is not said, each call is a new one. */
const keyOf = (meta: { [name: string]: unknown } = {}): string =>
  String(meta["buddy/idempotency-key"] ?? `own-${Object.keys(read()).length + 1}`);

const call = (tool: string, args: { [name: string]: unknown }, key: string) => {
  const notes = read();
  switch (tool) {
    case "list_notes":
      return answer({ notes: Object.values(notes) });
    case "add_note":
      write({ ...notes, [key]: String(args.text) });
      return answer({ id: key, text: String(args.text) });
    case "remove_note": {
      const { [String(args.id)]: _removed, ...rest } = notes;
      write(rest);
      return answer({ removed: String(args.id) });
    }
    case "find_note": {
      // A note that was kept, never what every object inherits.
      const found = Object.hasOwn(notes, String(args.id)) ? notes[String(args.id)] : undefined;
      return answer({ found: found !== undefined, id: String(args.id), text: found ?? null });
    }
    default:
      return { ...answer({ error: `there is no tool ${tool}` }), isError: true };
  }
};

serveStdio(() => {
  const server = new Server({ name: "notes", version: "1.0.0" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", async () => ({ tools: JSON.parse(readFileSync(described, "utf8")) }));
  server.setRequestHandler("tools/call", async ({ params }) =>
    call(params.name, params.arguments ?? {}, keyOf(params._meta)),
  );
  return server;
});
