import { type Model, type ModelRequest, type ModelResponse, Usage } from "@openai/agents-core";
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

/** A model that proposes what `next` says after what it was told. */
export const model = (next: Run["next"]): Model => ({
  getResponse: async (request): Promise<ModelResponse> => {
    const said = next(saidIn(request));
    return {
      usage: new Usage(),
      output:
        typeof said === "string"
          ? [
              {
                type: "message",
                role: "assistant",
                status: "completed",
                content: [{ type: "output_text", text: said }],
              },
            ]
          : said.map(({ id, tool: name, arguments: args }) => ({
              type: "function_call",
              callId: id,
              name,
              arguments: JSON.stringify(args),
              status: "completed",
            })),
    };
  },
  getStreamedResponse: () => {
    throw new Error("nobody streams here");
  },
});
