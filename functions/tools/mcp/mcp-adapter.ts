import type { McpBinding, McpRequest } from "../../../shared/contracts/binding/mcp/mcp-binding.ts";
import { referencesInMcpRequest } from "../../../shared/contracts/binding/mcp/mcp-rules.ts";
import { accept } from "../../../shared/plan/result.ts";
import { type ToolAdapter, ToolFailure } from "../../../shared/ports/tools.ts";
import { liveDeclared, previewDeclared } from "../declared/declared-adapter.ts";
import type { LiveMeans, Means } from "../declared/means.ts";
import { standsAgainst } from "./pins.ts";
import { type AskingMcp, askMcp, literalArguments } from "./requests.ts";
import { targetOf } from "./target.ts";
import type { McpWay, ReadingMcpWay } from "./way.ts";

/** DRY_RUN: calls the declared read. A tool that would not be called is previewed for nobody to approve. */
export const previewMcpAdapter = (binding: McpBinding, way: ReadingMcpWay): ToolAdapter =>
  asReviewed(
    previewDeclared((call) => readingMeans({ binding, way, call })),
    binding,
    way,
  );

/** LIVE: calls the declared tools. */
export const liveMcpAdapter = (binding: McpBinding, way: McpWay): ToolAdapter => {
  const adapter = liveDeclared((call): LiveMeans<McpRequest> => {
    const { signal } = call;
    const asking = { binding, way, call, ...(signal === undefined ? {} : { signal }) };
    const writing = { family: "write", secrets: way.out.write } as const;
    return { ...readingMeans(asking), write: (request, sources) => askMcp(asking, request, sources, writing) };
  });
  return asReviewed(adapter, binding, way);
};

/** Looks at the tool that would be called before anything is said of the call, also where no read does so. */
const asReviewed = (adapter: ToolAdapter, binding: McpBinding, way: ReadingMcpWay): ToolAdapter => ({
  ...adapter,
  preview: async (call) => {
    const limits = { timeout_ms: call.contract.timeout_seconds * 1_000 };
    const target = await targetOf(way, binding.server, { family: "read", secrets: way.out.read }, limits);
    const standing = target.ok
      ? await standsAgainst(way.client, target.value, binding, binding.call.tool, limits)
      : target;
    if (!standing.ok) throw new ToolFailure(`it would not be called: ${way.out.known.maskedText(standing.refusal)}`);
    return adapter.preview(call);
  },
});

const readingMeans = (asking: AskingMcp): Means<McpRequest> => {
  const { binding, way } = asking;
  const reading = { family: "read", secrets: way.out.read } as const;
  return {
    binding,
    read: (request, sources) => askMcp(asking, request, sources, reading),
    inWords: (request, sources) => {
      const args = literalArguments(request, sources);
      if (!args.ok) return args;
      const words = `${request.tool} at MCP server ${binding.server} with ${JSON.stringify(args.value)}`;
      return accept(way.out.known.maskedText(words));
    },
    record: (request, sources) => {
      const args = literalArguments(request, sources);
      return args.ok ? `${binding.server}/${request.tool} ${JSON.stringify(args.value)}` : undefined;
    },
    referencesIn: referencesInMcpRequest,
  };
};
