import {
  type FunctionTool,
  RunContext,
  Span,
  type Tool,
  Trace,
  tool as toolOf,
  withTraceContext,
} from "@openai/agents-core";
import type { Json } from "./api.ts";
import type { AgentTool } from "./govern/fitting.ts";
import { argumentsIn, gate, type Propose } from "./govern/gate.ts";
import { asNotedText, inWords } from "./govern/noted.ts";
import type { GovernOptions } from "./govern/options.ts";
import { notFitting } from "./govern/settled.ts";
import { NoEffect } from "./worker/outcome.ts";
import type { Asked } from "./worker/tool.ts";

export type { GovernOptions } from "./govern/options.ts";

/**
 * The tools of an agent of OpenAI Agents, with every call going through Buddy. Their own code runs in this process, when Buddy
 * says so and with the arguments that were approved. A refusal is the tool's answer, in words.
 * @throws ToolsNotGoverned, which names every tool without a contract, or without code of this program
 */
export const governed = async (tools: readonly Tool[], options: GovernOptions): Promise<FunctionTool[]> => {
  const propose = await gate(tools.map(agentTool), options);
  const unfit = await unfitByOwnSchema();
  return tools.filter(isOurs).map((tool) => throughBuddy(tool, checkedFirst(tool, propose, unfit)));
};

const isOurs = (tool: Tool): tool is FunctionTool => tool.type === "function";

const agentTool = (tool: Tool): AgentTool => {
  const { name } = tool;
  if (!isOurs(tool)) {
    return {
      name,
      unfit: {
        why: `a tool of type ${tool.type} is done by the model's provider, or by the framework`,
        remedy: "take it out of the list, or make a function tool of it",
      },
    };
  }
  if (tool.timeoutMs !== undefined && tool.timeoutBehavior !== "raise_exception") {
    return {
      name,
      unfit: {
        why: "it makes an output of the end of its time, and nobody would know whether it happened",
        remedy: 'leave the time to its contract, or say timeoutBehavior: "raise_exception"',
      },
    };
  }
  return { name, code: tool, tool: { call: (args, asked) => given(tool, JSON.stringify(args), asked) } };
};

const silent = {
  start: () => {},
  onTraceStart: async () => {},
  onTraceEnd: async () => {},
  onSpanStart: async () => {},
  onSpanEnd: async () => {},
  shutdown: async () => {},
  forceFlush: async () => {},
};

/**
 * Unless its `errorFunction` is null, a tool turns an error of its code into an output, and says that it was one to nobody
 * but the span that is current. A call that failed must not stand on record as done, so it is given a span of its own.
 */
const given = async (tool: FunctionTool, input: string, { idempotencyKey, signal }: Asked): Promise<unknown> => {
  const data = { type: "function" as const, name: tool.name, input: "", output: "" };
  const span = new Span({ traceId: `trace_${idempotencyKey}`, data }, silent);
  const trace = new Trace({ traceId: `trace_${idempotencyKey}`, name: "a call by Buddy" }, silent);
  const toolCall = { type: "function_call" as const, callId: idempotencyKey, name: tool.name, arguments: input };
  const output = await withTraceContext({ trace, span }, () =>
    tool.invoke(new RunContext(), input, { toolCall, signal }),
  ).catch((error: unknown) => {
    throw isUnfit(error) ? new NoEffect(String(error)) : error;
  });
  if (span.error !== null) throw new Error(`its code failed; of this it said: ${String(output)}`);
  return output;
};

const isUnfit = (error: unknown): boolean =>
  error instanceof Error && error.constructor.name === "InvalidToolInputError";

/** Says why the tool's own schema does not take arguments; undefined where it does, or there is none. */
type Unfit = (tool: FunctionTool, args: object) => unknown;

/**
 * A tool's schema hangs on its very `invoke`, so that the framework looks at none of a tool that has another. Where a
 * release of it has no such means any more, the tool's code is the first to look.
 */
const unfitByOwnSchema = async (): Promise<Unfit> => {
  const means = await import("@openai/agents-core/utils/internal").catch(() => undefined);
  const prepare = means?.prepareFunctionToolInput;
  if (typeof prepare !== "function") return () => undefined;
  return (tool, args) => {
    const prepared = prepare(tool, JSON.stringify(args));
    return prepared === undefined || prepared.result.success ? undefined : prepared.result.error;
  };
};

/** Nobody is asked about a call that the tool's own schema would refuse after a yes. */
const checkedFirst =
  (tool: FunctionTool, propose: Propose, unfit: Unfit): Propose =>
  async (call, beside) => {
    const args = argumentsIn(call.arguments);
    const fault = args === undefined ? undefined : unfit(tool, args);
    return fault === undefined ? propose(call, beside) : notFitting(fault);
  };

/**
 * That no person is asked, as the framework itself says it: of any other function it takes arguments that it cannot read
 * for a reason to ask.
 */
const {
  needsApproval,
}: Pick<Extract<Tool, { type: "function" }>, "needsApproval"> = toolOf({
  ...{ name: "any", description: "", strict: true, needsApproval: false, execute: () => "" },
  parameters: { type: "object", properties: {}, required: [], additionalProperties: false },
});

/** Guardrails of its input and output stay the framework's; whether a person is asked is Buddy's. */
const throughBuddy = ({ timeoutMs: _, ...tool }: FunctionTool, propose: Propose): FunctionTool => ({
  ...tool,
  needsApproval,
  invoke: async (_context, input, details) => {
    const call = { tool: tool.name, arguments: parsed(input) };
    const settled = await propose(call, { id: details?.toolCall?.callId, signal: details?.signal });
    switch (settled.kind) {
      case "done":
        return withNotes(settled.output, settled.notes);
      case "waiting":
        return settled.waiting.message;
      // An error that is thrown ends the whole run, or is told as "please try again".
      case "refused":
        return settled.refusal.message;
    }
  },
});

const withNotes = (output: Json, notes: readonly string[]): unknown => {
  if (notes.length === 0) return output;
  const parts: readonly unknown[] = Array.isArray(output) ? output : [output];
  const isShown = parts.length > 0 && parts.every(isPart);
  return isShown ? [...parts, { type: "text", text: inWords(notes) }] : asNotedText(output, notes);
};

/** A text, a picture or a file, as the framework shows it to a model. */
const isPart = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "type" in value &&
  (value.type === "text" || value.type === "image" || value.type === "file");

/** Of a call without arguments the model may write nothing. */
const parsed = (input: string): unknown => {
  if (input.trim() === "") return {};
  try {
    return JSON.parse(input);
  } catch {
    return undefined;
  }
};
