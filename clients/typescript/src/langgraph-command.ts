import { load } from "@langchain/core/load";
import { ToolMessage } from "@langchain/core/messages";
import type { Json } from "./api.ts";
import { BuddyError } from "./errors.ts";
import { asNotedText, inWords } from "./govern/noted.ts";
import { Marked, markedIn } from "./worker/outcome.ts";

/** A `Command`: by it a tool of LangGraph acts on the graph of who called it, on its state and on where that goes on. */
const MARK = "buddy/langgraph_command";

type CommandFields = {
  readonly graph?: unknown;
  readonly update?: unknown;
  readonly resume?: unknown;
  readonly goto?: unknown;
};

/** LangGraph's own test: an instance of a class, since a plain object of that form is an output like any other. */
const isCommand = (output: unknown): output is CommandFields =>
  typeof output === "object" &&
  output !== null &&
  ![Object.prototype, null].includes(Object.getPrototypeOf(output)) &&
  "lg_name" in output &&
  output.lg_name === "Command";

/** A Command as it is kept on record, with the id by which its tool knew the call; undefined of any other output. */
export const markedCommand = (output: unknown, tool_call_id: string): Marked | undefined => {
  if (!isCommand(output)) return undefined;
  const { graph, update, resume, goto } = output;
  return new Marked(MARK, { tool_call_id, graph, update, resume, goto });
};

/** Gives what is kept of a Command; undefined of any other output. */
export const commandIn = (output: Json): Json | undefined => markedIn(output, MARK);

/**
 * A Command for the graph of whoever runs the tool now, which need not be the process that ran its code: its messages
 * answer the call of that id, with the notes about it. @returns CommandLost where it cannot be made again
 */
export const madeAgain = async (kept: Json, id: string | undefined, notes: readonly string[]): Promise<unknown> => {
  try {
    const [{ Command }, fields] = await Promise.all([import("@langchain/langgraph"), load<Kept>(JSON.stringify(kept))]);
    const { tool_call_id: known, update, ...rest } = fields;
    if (id !== undefined) answering(messagesIn(update), known, { id, notes });
    return new Command({ ...rest, ...(update === undefined ? {} : { update }) });
  } catch (cause) {
    return new CommandLost(cause);
  }
};

/** The call was made; its effect on the graph cannot be made here. */
export class CommandLost extends BuddyError {
  override readonly name = "CommandLost";

  constructor(cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`It was done, and what it does to the graph was lost (${why}). Do not make this call again.`, { cause });
  }
}

type Update = { readonly messages?: unknown };
type Kept = {
  readonly tool_call_id?: string;
  readonly graph?: string;
  readonly update?: Record<string, unknown>;
  readonly resume?: unknown;
  readonly goto?: string[];
};

const messagesIn = ({ messages }: Update = {}): readonly unknown[] => (Array.isArray(messages) ? messages : []);

/** The tool answered Buddy's call; the graph waits for the answer of its own. */
const answering = (
  messages: readonly unknown[],
  known: string | undefined,
  { id, notes }: { readonly id: string; readonly notes: readonly string[] },
): void => {
  for (const message of messages) {
    if (!ToolMessage.isInstance(message)) continue;
    if (message.tool_call_id === known || message.tool_call_id === undefined) message.tool_call_id = id;
    if (message.tool_call_id !== id || notes.length === 0) continue;
    const { content } = message;
    message.content =
      typeof content === "string" ? asNotedText(content, notes) : [...content, { type: "text", text: inWords(notes) }];
  }
};
