import { customProvider } from "ai";
import { MockLanguageModelV4 } from "ai/test";

const MODEL = "anthropic/claude-sonnet-4.5";

/** Proposes one call of the first tool, then says what it was told of it. */
const played = (): MockLanguageModelV4 =>
  new MockLanguageModelV4({
    modelId: MODEL,
    doGenerate: async ({ prompt, tools = [] }) => {
      const told = prompt.flatMap(({ role, content }) => (role === "tool" ? content : []));
      const [result] = told.flatMap((part) => (part.type === "tool-result" ? [part.output] : []));
      const [first] = tools;
      const call = {
        toolCallId: "call_1",
        toolName: first?.name ?? "",
        input: '{"text":"Benedikt wants the blue one."}',
      };
      return {
        content:
          result === undefined
            ? [{ type: "tool-call", ...call }]
            : [{ type: "text", text: `It was ${result.type === "json" ? "noted" : "not noted"}.` }],
        finishReason: { unified: result === undefined ? "tool-calls" : "stop", raw: undefined },
        usage: {
          inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
          outputTokens: { total: 1, text: 1, reasoning: 0 },
        },
        warnings: [],
      };
    },
  });

/** Loaded before an example (`node --import`): the AI SDK asks this provider for a model that is given as a text. */
globalThis.AI_SDK_DEFAULT_PROVIDER = customProvider({ languageModels: { [MODEL]: played() } });
