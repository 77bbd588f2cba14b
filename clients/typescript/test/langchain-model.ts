import { AIMessage, type BaseMessage, ToolMessage } from "@langchain/core/messages";
import { fakeModel } from "@langchain/core/testing";
import type { Run, Said } from "./framework-suite.ts";

const saidIn = (messages: readonly BaseMessage[]): Said[] =>
  messages.flatMap((message) =>
    ToolMessage.isInstance(message) ? [{ error: message.status === "error", text: message.text }] : [],
  );

/** A model that proposes what `next` says after what it was told, six times at most. */
export const model = (next: Run["next"]) => {
  const fake = fakeModel();
  for (let turn = 0; turn < 6; turn += 1) {
    fake.respond((messages) => {
      const said = next(saidIn(messages));
      return typeof said === "string"
        ? new AIMessage(said)
        : new AIMessage({
            content: "",
            tool_calls: said.map(({ id, tool: name, arguments: args }) => ({
              id,
              name,
              args: { ...args },
              type: "tool_call",
            })),
          });
    });
  }
  return fake;
};
