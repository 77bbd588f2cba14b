import type { McpBinding, McpRequest } from "../../../shared/contracts/binding/mcp/mcp-binding.ts";
import { referencesInMcpRequest } from "../../../shared/contracts/binding/mcp/mcp-rules.ts";
import { accept } from "../../../shared/plan/result.ts";
import type { ToolAdapter } from "../../../shared/ports/tools.ts";
import { liveDeclared, previewDeclared } from "../declared/declared-adapter.ts";
import type { LiveMeans, Means } from "../declared/means.ts";
import { type AskingMcp, askMcp, literalArguments } from "./requests.ts";
import type { McpWay, ReadingMcpWay } from "./way.ts";

/** DRY_RUN: calls the declared read. */
export const previewMcpAdapter = (binding: McpBinding, way: ReadingMcpWay): ToolAdapter =>
  previewDeclared((call) => readingMeans({ binding, way, call }));

/** LIVE: calls the declared tools. */
export const liveMcpAdapter = (binding: McpBinding, way: McpWay): ToolAdapter =>
  liveDeclared((call): LiveMeans<McpRequest> => {
    const { signal } = call;
    const asking = { binding, way, call, ...(signal === undefined ? {} : { signal }) };
    const writing = { family: "write", secrets: way.out.write } as const;
    return { ...readingMeans(asking), write: (request, sources) => askMcp(asking, request, sources, writing) };
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
