import { asSchema, type FlexibleSchema, jsonSchema, type Tool, type ToolExecutionOptions, type ToolSet } from "ai";
import type { AgentTool } from "./govern/fitting.ts";
import { gate, type Propose } from "./govern/gate.ts";
import { isNoted, type Noted, shownWithNotes } from "./govern/noted.ts";
import type { GovernOptions } from "./govern/options.ts";
import { isWaiting, toldToModel, type Waiting } from "./govern/settled.ts";
import { NoEffect } from "./worker/outcome.ts";

export { isNoted, type Noted } from "./govern/noted.ts";
export type { GovernOptions } from "./govern/options.ts";
export { CallRefused, isWaiting, type Waiting } from "./govern/settled.ts";

type InputOf<Given> = Given extends { inputSchema: FlexibleSchema<infer Input> } ? Input : never;
type OutputOf<Given> = Given extends { execute?: infer Execute } ? GivenBy<NonNullable<Execute>> : never;
type GivenBy<Execute> = Execute extends (...args: never[]) => infer Result ? Last<Result> : never;
type Last<Result> = Result extends AsyncIterable<infer Output> ? Output : Awaited<Result>;

/** The same tools; the output of a call is what the tool gives, that with notes about it, or word that it waits. */
export type Governed<Tools extends ToolSet> = {
  [Name in keyof Tools]: Tool<InputOf<Tools[Name]>, OutputOf<Tools[Name]> | Waiting | Noted>;
};

/**
 * The tools of an agent of the AI SDK, with every call going through Buddy. Their own `execute` runs in this process, when
 * Buddy says so and with the arguments that were approved. A refusal is an error that the model is shown.
 * @throws ToolsNotGoverned, which names every tool without a contract, or without code of this program
 */
export function governed<Tools extends ToolSet>(tools: Tools, options: GovernOptions): Promise<Governed<Tools>>;
export async function governed(tools: ToolSet, options: GovernOptions): Promise<ToolSet> {
  const given = Object.entries(tools);
  const propose = await gate(given.map(agentTool), options);
  return Object.fromEntries(given.map(([name, tool]) => [name, throughBuddy(name, tool, propose)]));
}

const agentTool = ([name, tool]: [string, ToolSet[string]]): AgentTool => {
  const { execute } = tool;
  if (execute === undefined || ("isProviderExecuted" in tool && tool.isProviderExecuted === true)) {
    return {
      name,
      unfit: {
        why: "no code of this program does it: the model's provider does, or whoever reads the answer",
        remedy: "give it an `execute`, or take it out of the list",
      },
    };
  }
  if (tool.contextSchema !== undefined) {
    return {
      name,
      unfit: {
        why: "it takes context of a conversation beside its arguments, which nobody would be asked about",
        remedy: "make it an argument, or part of the tool",
      },
    };
  }
  return {
    name,
    code: tool,
    tool: {
      call: async (args, { idempotencyKey, signal }) => {
        const beside = { toolCallId: idempotencyKey, messages: [], abortSignal: signal, context: undefined };
        return last(await execute(await asTheToolTakesThem(tool, args), beside));
      },
    },
  };
};

/** Arguments may have been edited by the person who approved them: they are checked, and become dates and defaults, here. */
const asTheToolTakesThem = async (tool: ToolSet[string], args: unknown): Promise<unknown> => {
  const checked = await asSchema(tool.inputSchema).validate?.(args);
  if (checked === undefined) return args;
  if (checked.success) return checked.value;
  throw new NoEffect(`the arguments do not fit the tool: ${checked.error.message}`);
};

/** A tool may give what it has so far, again and again: the last of it is its output. */
const last = async (given: unknown): Promise<unknown> => {
  if (typeof given !== "object" || given === null || !(Symbol.asyncIterator in given)) return given;
  let latest: unknown;
  for await (const each of asIterable(given)) latest = each;
  return latest;
};

const asIterable = (given: object & { [Symbol.asyncIterator]: unknown }): AsyncIterable<unknown> => {
  const { [Symbol.asyncIterator]: begin } = given;
  if (typeof begin !== "function") throw new TypeError("a tool gave something that cannot be gone through");
  return { [Symbol.asyncIterator]: () => begin.call(given) };
};

/**
 * Whatever would run, ask about or hide the call by another way than Buddy's is replaced. A schema of the tool's output is
 * left out: that a call waits, and notes about it, are outputs as well.
 */
const throughBuddy = (name: string, tool: ToolSet[string], propose: Propose): ToolSet[string] => {
  const { needsApproval: _, outputSchema: _outputs, ...rest } = tool;
  const execute = async (input: unknown, { toolCallId, abortSignal }: ToolExecutionOptions<unknown>) => {
    const call = { tool: name, arguments: input };
    return toldToModel(await propose(call, { id: toolCallId, signal: abortSignal }));
  };
  return Object.assign({}, rest, { inputSchema: asTheModelWrites(tool), execute }, orThatItWaits(tool));
};

const orThatItWaits = ({ toModelOutput }: ToolSet[string]) =>
  toModelOutput === undefined
    ? {}
    : {
        toModelOutput: async (told: Parameters<typeof toModelOutput>[0]) => {
          const { output } = told;
          if (isWaiting(output)) return { type: "text", value: output.message };
          if (!isNoted(output)) return toModelOutput(told);
          return shownWithNotes(await toModelOutput({ ...told, output: output.output }), output.notes);
        },
      };

/** The schema checks the arguments and leaves them as the model wrote them: what is approved is JSON. */
const asTheModelWrites = (tool: ToolSet[string]) => {
  const schema = asSchema(tool.inputSchema);
  const { validate } = schema;
  return jsonSchema(() => schema.jsonSchema, {
    ...(validate === undefined
      ? {}
      : {
          validate: async (value: unknown) => {
            const checked = await validate(value);
            return checked.success ? { success: true, value } : checked;
          },
        }),
  });
};
