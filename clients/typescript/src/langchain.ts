import { ToolMessage } from "@langchain/core/messages";
import {
  DynamicStructuredTool,
  type StructuredToolCallInput,
  type StructuredToolInterface,
  ToolInputParsingException,
  type ToolReturnType,
  type ToolRunnableConfig,
} from "@langchain/core/tools";
import type { Json } from "./api.ts";
import type { AgentTool } from "./govern/fitting.ts";
import { argumentsIn, gate, type Propose } from "./govern/gate.ts";
import { asNotedText, inWords } from "./govern/noted.ts";
import type { GovernOptions } from "./govern/options.ts";
import { CallRefused, type Settled } from "./govern/settled.ts";
import { CommandLost, commandIn, madeAgain, markedCommand } from "./langgraph-command.ts";
import { NoEffect } from "./worker/outcome.ts";
import type { Arguments } from "./worker/tool.ts";

export type { GovernOptions } from "./govern/options.ts";
export { CallRefused } from "./govern/settled.ts";
export { CommandLost } from "./langgraph-command.ts";

/** A tool of LangChain, or the record by which a model's provider is told of one of its own. */
export type GivenTool = StructuredToolInterface | Readonly<Record<string, unknown>>;

/**
 * The tools of an agent of LangChain, with every call going through Buddy. Their own code runs in this process, when Buddy says
 * so and with the arguments that were approved. A refusal is a message that the model is shown, marked as an error.
 * @throws ToolsNotGoverned, which names every tool without a contract, or without code of this program
 */
export const governed = async (
  tools: readonly GivenTool[],
  options: GovernOptions,
): Promise<DynamicStructuredTool[]> => {
  const propose = await gate(tools.map(agentTool), options);
  return tools.filter(isOurs).map((tool) => throughBuddy(tool, propose));
};

const isOurs = (tool: GivenTool): tool is StructuredToolInterface =>
  typeof tool.invoke === "function" && typeof tool.name === "string";

const agentTool = (tool: GivenTool, place: number): AgentTool =>
  isOurs(tool)
    ? { name: tool.name, code: tool, tool: { call: (args, asked) => given(tool, args, asked) } }
    : {
        name: String(tool.name ?? tool.type ?? `tool ${place + 1}`),
        unfit: {
          why: "no code of this program does it: the model's provider does",
          remedy: "take it out of the list",
        },
      };

const hasArtifact = (tool: StructuredToolInterface): boolean =>
  "responseFormat" in tool && tool.responseFormat === "content_and_artifact";

/** Its output; of a tool that gives an artifact as well, both. @throws what its code throws, or tells as an error in a message */
const given = async (
  tool: StructuredToolInterface,
  args: Arguments,
  { idempotencyKey, signal }: { readonly idempotencyKey: string; readonly signal: AbortSignal },
): Promise<unknown> => {
  const call = { type: "tool_call" as const, id: idempotencyKey, name: tool.name, args };
  // `toolCallId`: by which LangChain's own loop tells a tool which call it answers.
  const config = { signal, configurable: { idempotency_key: idempotencyKey }, toolCallId: idempotencyKey };
  try {
    const output: unknown = await tool.invoke(hasArtifact(tool) ? call : args, config);
    if (!ToolMessage.isInstance(output)) return markedCommand(output, idempotencyKey) ?? output;
    // A call that failed must not stand on record as done.
    if (output.status === "error") throw new Error(output.text);
    return hasArtifact(tool) ? [output.content, output.artifact] : output.content;
  } catch (error) {
    if (error instanceof ToolInputParsingException) throw new NoEffect(error.message);
    throw error;
  }
};

/** In the config of a call: its arguments as the model wrote them. */
const WRITTEN = Symbol("written");

/**
 * LangChain checks arguments by the tool's own schema, and hands over what that makes of them: defaults filled in, dates.
 * People are asked about the model's own words; the tool is given what its schema makes of them when it runs.
 */
class AsTheModelWrites extends DynamicStructuredTool {
  // `invoke` comes here as well.
  override call<Given extends StructuredToolCallInput, Config extends ToolRunnableConfig | undefined>(
    given: Given,
    config?: Config,
    tags?: string[],
  ): Promise<ToolReturnType<Given, Config, unknown>> {
    return super.call(given, Object({ ...config, [WRITTEN]: given }), tags);
  }
}

const writtenIn = (config: ToolRunnableConfig = {}): unknown => {
  const given = WRITTEN in config ? config[WRITTEN] : undefined;
  const isWholeCall =
    typeof given === "object" && given !== null && "args" in given && "type" in given && given.type === "tool_call";
  return isWholeCall ? given.args : given;
};

const throughBuddy = (tool: StructuredToolInterface, propose: Propose): DynamicStructuredTool => {
  const { name, description, returnDirect, extras } = tool;
  return new AsTheModelWrites({
    name,
    description,
    schema: tool.schema,
    ...(returnDirect === undefined ? {} : { returnDirect }),
    ...(extras === undefined ? {} : { extras }),
    ...(hasArtifact(tool) ? { responseFormat: "content_and_artifact" } : {}),
    func: async (_input, _manager, config?: ToolRunnableConfig) => {
      const args = argumentsIn(writtenIn(config));
      const id = config?.toolCall?.id;
      const settled = await propose({ tool: name, arguments: args }, { id, signal: config?.signal });
      const told = await toldTo(settled, id);
      if ("output" in told)
        return id === undefined ? told.output : withNotes(told.output, told.notes, hasArtifact(tool));
      if ("command" in told) return hasArtifact(tool) ? [told.command, null] : told.command;
      if (id === undefined) throw told.error;
      // An error that is thrown reaches the model with the request to mend its mistakes and try again.
      const said = new ToolMessage({ content: told.error.message, tool_call_id: id, name, status: told.status });
      return hasArtifact(tool) ? [said, null] : said;
    },
  });
};

/** Of an output with an artifact, the model is shown the first of the two. */
const withNotes = (output: Json, notes: readonly string[], artifact: boolean): unknown => {
  if (notes.length === 0) return output;
  if (!artifact || !Array.isArray(output)) return noted(output, notes);
  const [content, ...rest] = output;
  return [noted(content, notes), ...rest];
};

/** Blocks of content stay what they are. */
const noted = (content: unknown, notes: readonly string[]): unknown =>
  Array.isArray(content) && content.length > 0 && content.every(isBlock)
    ? [...content, { type: "text", text: inWords(notes) }]
    : asNotedText(content, notes);

const isBlock = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

type Told =
  | { readonly output: Json; readonly notes: readonly string[] }
  | { readonly command: unknown }
  | { readonly error: Error; readonly status: "error" | "success" };

/** How a call stands, for who runs the tool: its output, its Command, or word of why there is none. */
const toldTo = async (settled: Settled, id: string | undefined): Promise<Told> => {
  switch (settled.kind) {
    case "done": {
      const kept = commandIn(settled.output);
      if (kept === undefined) return settled;
      const made = await madeAgain(kept, id, settled.notes);
      return made instanceof CommandLost ? { error: made, status: "error" } : { command: made };
    }
    case "waiting":
      return { error: notYet(settled.waiting.message), status: "success" };
    case "refused":
      return { error: settled.refusal, status: "error" };
  }
};

const notYet = (message: string): CallRefused =>
  new CallRefused(message, { retry: "later", status: "waiting", reasons: [message] });
