import { isValidationError, noopObserve, Tool } from "@mastra/core/tools";
import type { AgentTool } from "./govern/fitting.ts";
import { gate, type Propose } from "./govern/gate.ts";
import { isNoted, shownWithNotes } from "./govern/noted.ts";
import type { GovernOptions } from "./govern/options.ts";
import { isWaiting, toldToModel } from "./govern/settled.ts";
import { NoEffect } from "./worker/outcome.ts";
import type { Arguments, Asked } from "./worker/tool.ts";

export { isNoted, type Noted } from "./govern/noted.ts";
export type { GovernOptions } from "./govern/options.ts";
export { CallRefused, isWaiting, type Waiting } from "./govern/settled.ts";

/** A tool that `createTool` made; anything else is refused by name. */
type Made = Tool<unknown, unknown, unknown, unknown>;

/**
 * The tools of an agent of Mastra, with every call going through Buddy. Their own `execute` runs in this process, when Buddy
 * says so and with the arguments that were approved. A refusal is an error that the model is shown.
 * @throws ToolsNotGoverned, which names every tool without a contract, or without code of this program
 */
export const governed = async (
  tools: Readonly<Record<string, object>>,
  options: GovernOptions,
): Promise<Record<string, Made>> => {
  const propose = await gate(Object.entries(tools).map(agentTool), options);
  return Object.fromEntries(
    Object.entries(tools).flatMap(([name, tool]) => (isMade(tool) ? [[name, throughBuddy(name, tool, propose)]] : [])),
  );
};

const isMade = (tool: object): tool is Made => tool instanceof Tool;

const agentTool = ([name, tool]: [string, object]): AgentTool => {
  if (!isMade(tool) || tool.execute === undefined) {
    return {
      name,
      unfit: {
        why: "no code of this program does it, or `createTool` did not make it",
        remedy: "make it with createTool, or take it out of the list",
      },
    };
  }
  if (tool.suspendSchema !== undefined || tool.requestContextSchema !== undefined) {
    return {
      name,
      unfit: {
        why: "it is suspended, or takes context of a request beside its arguments, which nobody would be asked about",
        remedy: "make it an argument; for people to decide, its contract asks for approval",
      },
    };
  }
  return { name, code: tool, tool: { call: (args, asked) => given(tool, args, asked) } };
};

const given = async (tool: Made, args: Arguments, { idempotencyKey, signal }: Asked): Promise<unknown> => {
  const checked = await tool.inputSchema?.["~standard"].validate(args);
  if (checked?.issues !== undefined) {
    throw new NoEffect(`the arguments do not fit the tool: ${checked.issues.map(({ message }) => message).join("; ")}`);
  }
  const suspend = async (): Promise<void> => {
    throw new Error("a call that Buddy makes is not suspended");
  };
  const agent = { agentId: "", toolCallId: idempotencyKey, messages: [], suspend };
  const output = await tool.execute?.(args, { abortSignal: signal, agent, observe: noopObserve });
  // Its arguments fitted, so it is the output that did not: by then it had happened.
  return isValidationError(output) ? { left_out: output.message } : output;
};

/** Whatever would run, ask about, suspend or hide the call by another way than Buddy's is left out. */
const throughBuddy = (name: string, tool: Made, propose: Propose): Made => {
  const { id, title, description, strict, providerOptions, inputExamples, mcp, toModelOutput, inputSchema } = tool;
  return new Tool<unknown, unknown, unknown, unknown>({
    id,
    description,
    ...(title === undefined ? {} : { title }),
    ...(strict === undefined ? {} : { strict }),
    ...(providerOptions === undefined ? {} : { providerOptions }),
    ...(inputSchema === undefined ? {} : { inputSchema: asTheModelWrites(inputSchema) }),
    ...(inputExamples === undefined ? {} : { inputExamples }),
    ...(mcp === undefined ? {} : { mcp }),
    ...(toModelOutput === undefined
      ? {}
      : {
          toModelOutput: async (output) => {
            if (isWaiting(output)) return { type: "text", value: output.message };
            if (!isNoted(output)) return toModelOutput(output);
            return shownWithNotes(await toModelOutput(output.output), output.notes);
          },
        }),
    execute: async (input, { abortSignal, agent }) => {
      const call = { tool: name, arguments: input };
      return toldToModel(await propose(call, { id: agent?.toolCallId, signal: abortSignal }));
    },
  });
};

type Schema = NonNullable<Made["inputSchema"]>;

/** The schema checks the arguments and leaves them as the model wrote them: what is approved is JSON. */
const asTheModelWrites = (schema: Schema): Schema => {
  const standard = schema["~standard"];
  return {
    "~standard": {
      ...standard,
      validate: (value) => {
        const checked = standard.validate(value);
        return checked instanceof Promise ? checked.then((each) => asGiven(each, value)) : asGiven(checked, value);
      },
    },
  };
};

type Checked = Awaited<ReturnType<Schema["~standard"]["validate"]>>;

const asGiven = (checked: Checked, value: unknown): Checked => (checked.issues === undefined ? { value } : checked);
