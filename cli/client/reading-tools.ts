import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { z } from "zod";
import { metaField } from "../../shared/contracts/offer/offered-tool.ts";
import { type JsonObject, jsonObject } from "../../shared/plan/json.ts";

const beside = z.object({ [metaField("tool_name")]: z.string() }).partial();

/** A tool as the server lists it now to who asks. `name`: the one that it is offered by, or its own. */
export type ListedTool = { readonly onlyReads: boolean; readonly input_schema: JsonObject };

/** Undefined where it is not listed: it is taken for one that writes. */
export const listedTool = async (
  url: URL,
  fetch: typeof globalThis.fetch,
  name: string,
): Promise<ListedTool | undefined> => {
  const client = new Client({ name: "buddy mcp", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StreamableHTTPClientTransport(url, { fetch }));
  try {
    const { tools } = await client.listTools();
    const tool = tools.find((each) =>
      [each.name, beside.safeParse(each._meta).data?.[metaField("tool_name")]].includes(name),
    );
    if (tool === undefined) return undefined;
    return { onlyReads: tool.annotations?.readOnlyHint === true, input_schema: jsonObject.parse(tool.inputSchema) };
  } finally {
    await client.close();
  }
};
