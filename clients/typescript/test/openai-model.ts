import { type Model, type ModelRequest, Usage } from "@openai/agents-core";
import type { Run, Said } from "./framework-suite.ts";

const saidIn = ({ input }: ModelRequest): Said[] =>
  typeof input === "string"
    ? []
    : input.flatMap((item) =>
        item.type === "function_call_result" ? [{ error: false, text: textOf(item.output) }] : [],
      );

const textOf = (output: unknown): string => (Array.isArray(output) ? output.map(textOf).join("\n") : textOfOne(output));

const textOfOne = (output: unknown): string =>
  typeof output === "object" && output !== null && "text" in output ? String(output.text) : String(output);

/** A model that calls one tool, and writes this as its arguments, be it JSON or not; then it says what it was told. */
export const modelWriting = (tool: string, written: string): Model => ({
  ...model((said) => said.map(({ text }) => text).join("\n")),
  getResponse: async (request) => {
    const [told] = saidIn(request);
    const call = { type: "function_call" as const, callId: "c1", name: tool, status: "completed" as const };
    const output = told === undefined ? [{ ...call, arguments: written }] : outputOf(told.text);
    return { usage: new Usage(), output };
  },
});

/** A model that proposes what `next` says after what it was told, at once or in parts. */
export const model = (next: Run["next"]): Model => ({
  getResponse: async (request) => ({ usage: new Usage(), output: outputOf(next(saidIn(request))) }),
  getStreamedResponse: async function* (request) {
    yield { type: "response_started" };
    const output = outputOf(next(saidIn(request)));
    const [first] = output;
    const texts = first?.type === "message" ? first.content : [];
    for (const { text } of texts) for (const delta of text) yield { type: "output_text_delta", delta };
    const usage = { requests: 1, inputTokens: 1, outputTokens: 1, totalTokens: 2 };
    yield { type: "response_done", response: { id: "response_1", usage, output } };
  },
});

const outputOf = (said: ReturnType<Run["next"]>) =>
  typeof said === "string"
    ? [
        {
          type: "message" as const,
          role: "assistant" as const,
          status: "completed" as const,
          content: [{ type: "output_text" as const, text: said }],
        },
      ]
    : said.map(({ id, tool: name, arguments: args }) => ({
        type: "function_call" as const,
        callId: id,
        name,
        arguments: JSON.stringify(args),
        status: "completed" as const,
      }));
