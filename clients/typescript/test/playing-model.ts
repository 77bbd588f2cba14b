import { simulateReadableStream } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import type { Asked, Said } from "./framework-suite.ts";

type Content = Awaited<ReturnType<MockLanguageModelV4["doGenerate"]>>["content"];

type Next = (told: readonly Said[]) => readonly Asked[] | string;
type Prompt = Parameters<MockLanguageModelV4["doGenerate"]>[0]["prompt"];
type Part =
  Awaited<ReturnType<MockLanguageModelV4["doStream"]>>["stream"] extends ReadableStream<infer Each> ? Each : never;

/** A model that proposes what `next` says after what it was told, at once or in parts. */
export const playing = (next: Next) =>
  new MockLanguageModelV4({
    doGenerate: async ({ prompt }) => ({ ...answered(next, prompt), warnings: [] }),
    doStream: async ({ prompt }) => {
      const { content, finishReason, usage } = answered(next, prompt);
      const chunks: Part[] = [
        { type: "stream-start", warnings: [] },
        ...content.flatMap((part, place) => partsOf(part, String(place))),
        { type: "finish", finishReason, usage },
      ];
      return { stream: simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null }) };
    },
  });

const answered = (next: Next, prompt: Prompt) => {
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
  const unified: "stop" | "tool-calls" = typeof said === "string" ? "stop" : "tool-calls";
  return {
    content,
    finishReason: { unified, raw: undefined },
    usage: {
      inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 1, text: 1, reasoning: 0 },
    },
  };
};

/** A text in two halves; a call with its arguments in two halves, and then whole, as providers send it. */
const partsOf = (part: Content[number], id: string): Part[] => {
  if (part.type === "text") {
    const middle = Math.ceil(part.text.length / 2);
    const deltas = [part.text.slice(0, middle), part.text.slice(middle)];
    return [
      { type: "text-start", id },
      ...deltas.map((delta): Part => ({ type: "text-delta", id, delta })),
      { type: "text-end", id },
    ];
  }
  if (part.type !== "tool-call") return [];
  const { toolCallId, toolName, input } = part;
  const deltas = [input.slice(0, 5), input.slice(5)];
  return [
    { type: "tool-input-start", id: toolCallId, toolName },
    ...deltas.map((delta): Part => ({ type: "tool-input-delta", id: toolCallId, delta })),
    { type: "tool-input-end", id: toolCallId },
    part,
  ];
};

/** A call that the framework's own person refused has a reason in place of a value. */
const saidBy = (output: { readonly type: string; readonly value?: unknown; readonly reason?: string }): Said => ({
  error: output.type.startsWith("error") || output.type === "execution-denied",
  text: typeof output.value === "string" ? output.value : JSON.stringify(output.value ?? output.reason ?? output.type),
});
