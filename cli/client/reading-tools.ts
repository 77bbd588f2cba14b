import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { z } from "zod";
import { metaField } from "../../shared/contracts/offer/offered-tool.ts";

const beside = z.object({ [metaField("tool_name")]: z.string() }).partial();

/**
 * Whether a tool only reads, as the server lists it now to who asks; one that is not listed is taken for one that
 * writes. `name`: the one that it is offered by, or its own.
 */
export const onlyReads = async (url: URL, fetch: typeof globalThis.fetch, name: string): Promise<boolean> => {
  const client = new Client({ name: "buddy mcp", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StreamableHTTPClientTransport(url, { fetch }));
  try {
    const { tools } = await client.listTools();
    return tools.some(
      (tool) =>
        tool.annotations?.readOnlyHint === true &&
        [tool.name, beside.safeParse(tool._meta).data?.[metaField("tool_name")]].includes(name),
    );
  } finally {
    await client.close();
  }
};
