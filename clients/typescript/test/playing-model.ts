import { MockLanguageModelV4 } from "ai/test";
import type { Asked, Said } from "./framework-suite.ts";

type Content = Awaited<ReturnType<MockLanguageModelV4["doGenerate"]>>["content"];

/** A model that proposes what `next` says after what it was told. */
export const playing = (next: (told: readonly Said[]) => readonly Asked[] | string) =>
  new MockLanguageModelV4({
    doGenerate: async ({ prompt }) => {
      const told = prompt.flatMap(({ role, content }) =>
        role === "tool" ? content.flatMap((part) => (part.type === "tool-result" ? [saidBy(part.output)] : [])) : [],
      );
      const said = next(told);
      const content: Content =
        typeof said === "string"
          ? [{ type: "text", text: said }]
          : said.map(({ id, tool: toolName, arguments: args }) => ({
              type: "tool-call",
              toolCallId: id,
              toolName,
              input: JSON.stringify(args),
            }));
      return {
        content,
        finishReason: { unified: typeof said === "string" ? "stop" : "tool-calls", raw: undefined },
        usage: {
          inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
          outputTokens: { total: 1, text: 1, reasoning: 0 },
        },
        warnings: [],
      };
    },
  });

const saidBy = (output: { readonly type: string; readonly value?: unknown }): Said => ({
  error: output.type.startsWith("error"),
  text: typeof output.value === "string" ? output.value : JSON.stringify(output.value),
});
