import type { AcceptedDefinition } from "../../../shared/contracts/binding/mcp/definition-review.ts";
import type { McpBinding, McpRequest } from "../../../shared/contracts/binding/mcp/mcp-binding.ts";
import { requestsOf } from "../../../shared/contracts/bound/declared-requests.ts";
import { referencesInMcpRequest } from "../../../shared/contracts/bound/mcp/mcp-rules.ts";
import { accept } from "../../../shared/plan/result.ts";
import { type ToolAdapter, ToolFailure } from "../../../shared/ports/tools.ts";
import { liveDeclared, previewDeclared } from "../declared/declared-adapter.ts";
import { type LiveMeans, type Means, passingOf, pushBackOf } from "../declared/means.ts";
import { inWords } from "../declared/preview.ts";
import { timeoutMs } from "../time-limit.ts";
import { standsAgainst } from "./pins.ts";
import { type AskingMcp, askMcp, literalArguments } from "./requests.ts";
import { targetOf } from "./target.ts";
import type { McpWay, ReadingMcpWay } from "./way.ts";

/** DRY_RUN: calls the declared read. */
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

/**
 * Looks at the tools of a call before anything is said of it. Of one that is not what was reviewed the preview is the
 * literal call and why it is held back: nothing is read by it either, and people see what to look at.
 */
const asReviewed = (adapter: ToolAdapter, binding: McpBinding, way: ReadingMcpWay): ToolAdapter => ({
  ...adapter,
  preview: async (call) => {
    const limits = { timeout_ms: timeoutMs(call.contract) };
    const { maskedText } = way.out.known;
    const target = await targetOf(way, binding.server, { family: "read", secrets: way.out.read }, limits);
    if (!target.ok) {
      const { why, ...again } = target.refusal;
      throw new ToolFailure(`it would not be called: ${maskedText(why)}`, { ...again, unsent: true });
    }
    const { tool_name } = call.contract;
    const standing = await standsAgainst(way, target.value, { ...binding, tool_name }, toolsOf(binding), limits);
    if (!standing.ok) {
      const why = maskedText(standing.refusal.error);
      if (standing.refusal.quarantined !== true) {
        const again = { ...pushBackOf(standing.refusal), ...passingOf(standing.refusal) };
        throw new ToolFailure(`it would not be called: ${why}`, { ...again, unsent: true });
      }
      const words = inWords({ means: readingMeans({ binding, way, call }), call });
      return { summary: `${words}; ${why}`, output: null, changes: [], quarantined: why };
    }
    const preview = await adapter.preview(call);
    const accepted = standing.value.accepted.map(acceptedInWords);
    return accepted.length === 0 ? preview : { ...preview, summary: [preview.summary, ...accepted].join("; ") };
  },
});

/** The tools that a call may come to, undoing included, each once. */
const toolsOf = (binding: McpBinding): string[] => [
  ...new Set([binding.call.tool, ...requestsOf(binding).map(({ request }) => request.tool)]),
];

/** Part of what an approver seals: a call that was approved of another definition is asked anew. */
const acceptedInWords = ({ tool, definition, accepted_by, accepted_at }: AcceptedDefinition): string =>
  `${tool} is described otherwise than its contract says, as ${accepted_by} accepted at ${accepted_at} (${definition.slice(0, 12)})`;

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
    typedReferencesIn: referencesInMcpRequest,
  };
};
