import { accept, refuse } from "../../../shared/plan/result.ts";
import type { ToolLists } from "../../../shared/ports/mcp.ts";
import { targetOf } from "./target.ts";
import type { ReadingMcpWay } from "./way.ts";
import { listedWithoutSecrets } from "./without-secrets.ts";

/** A person waits for the answer, and a function has 29 s for it. */
const LONGEST_MS = 20_000;

/** The tools that servers offer now, asked with the secrets for reading, whose texts are in nothing of them. */
export const toolLists = (way: ReadingMcpWay): ToolLists => ({
  of: async (server) => {
    const limits = { timeout_ms: LONGEST_MS, signal: AbortSignal.timeout(LONGEST_MS), fresh: true } as const;
    const target = await targetOf(way, server, { family: "read", secrets: way.out.read }, limits);
    if (!target.ok) return refuse(way.out.known.maskedText(target.refusal.why));
    const listed = await way.client.tools(target.value, limits);
    if (!listed.ok) return refuse(way.out.known.maskedText(listed.refusal.error));
    return accept(listedWithoutSecrets(listed.value, way.out.known));
  },
});
