import type { AcceptedDefinition, ChangedDefinition } from "../contracts/binding/mcp/definition-review.ts";
import type { McpServer } from "../contracts/binding/mcp/mcp-server.ts";
import type { ListedTools } from "../contracts/import/listed-tools.ts";
import type {
  PassedMessages,
  PassedPrompt,
  PassedReading,
  PassedResource,
  PassedTemplate,
} from "../contracts/offer/passed-on.ts";
import type { LeftOut, Passing, PushBack } from "../execution/call-outcome.ts";
import type { Json, JsonObject } from "../plan/json.ts";
import type { Result } from "../plan/result.ts";
import type { Readable } from "./damaged.ts";

/** A server as it is registered, and what rests on it beside contracts that stand: `holds` counts all there ever were. */
export type SeenServer = { readonly server: McpServer; readonly holds: number; readonly held_by: readonly string[] };

/** A version of a contract that is about to be put, and until when its author may be about it. */
export type ServerHold = { readonly tool_name: string; readonly version: number; readonly until: string };

/**
 * The MCP servers that contracts may name. The author of a contract holds its server while putting it: who changes a server
 * looks for contracts that name it, and is let through only where none was held since.
 */
export interface McpServers {
  /** Those that can be read, and the names of the others. */
  readable(): Promise<Readable<McpServer>>;
  /** @throws RecordDamaged */
  get(server: string): Promise<McpServer | undefined>;
  /** The same with the tools that hold it now. @throws RecordDamaged */
  seen(server: string, now: string): Promise<SeenServer | undefined>;
  /**
   * Keeps a server in the place of the one of that name.
   * @param over what must be registered, and how often held, for it to be put; null: nothing; left out: whatever is
   * @returns whether it was put
   */
  put(server: McpServer, over?: Pick<SeenServer, "server" | "holds"> | null): Promise<boolean>;
  /** @returns false where it was held since it was seen: it stays */
  remove(server: string, over: Pick<SeenServer, "holds">): Promise<boolean>;
  /** @returns false where no server is registered under that name */
  hold(server: string, hold: ServerHold): Promise<boolean>;
  release(server: string, hold: Pick<ServerHold, "tool_name" | "version">): Promise<void>;
}

/** Tools that servers describe otherwise than contracts pin them, and those that people accepted. */
export interface Definitions {
  /** Of a contract's tool, by pin: the newest that was seen. */
  changed(tool_name: string): Promise<ChangedDefinition[]>;
  /** Keeps it in the place of an earlier one; the same again changes nothing. */
  note(changed: ChangedDefinition): Promise<void>;
  /** The tool is described as it was reviewed: whatever else was seen since is over. */
  asReviewed(reviewed: Pick<ChangedDefinition, "tool_name" | "pin">): Promise<void>;
  accepted(tool_name: string): Promise<AcceptedDefinition[]>;
  /** @returns what stands: of two who accept one definition, the first */
  accept(accepted: AcceptedDefinition): Promise<AcceptedDefinition>;
}

/** The client that speaks to a server, texts and all. */
export type McpCredentials = {
  /** Those who speak with other credentials never share a session. */
  readonly family: "none" | "read" | "write";
  /** Of a server that is reached over HTTP. */
  readonly headers: { readonly [name: string]: string };
  /** Of a program. */
  readonly env: { readonly [name: string]: string };
};

/** `unauthorized`: is told where the server does not take the credentials. */
export type McpTarget = {
  readonly server: McpServer;
  readonly credentials: McpCredentials;
  readonly unauthorized?: () => void;
};

/** A `signal` is aborted when `timeout_ms` is over, and then rules alone. */
export type McpLimits = { readonly timeout_ms: number; readonly signal?: AbortSignal };

/**
 * Parts of an answer that are not kept as they were: `cut`, in words, those of which nobody is to conclude anything;
 * `places`, by pointer in the structured content, or where there is none in an object with the content alone, all of them.
 */
export type Lost = { readonly cut: string | null; readonly places: readonly string[] };

/**
 * The answer of a tool; `structured` is left out where it returned content alone. `left_out`, in words: it was so long that
 * nothing more is known of it than that it came, and whether it is an error.
 */
export type McpResult = {
  readonly lost?: Lost;
  readonly is_error: boolean;
  readonly content: Json;
  readonly structured?: Json;
} & LeftOut;

/**
 * The outcome of a call. `not_sent`: no byte of it left. `refused`: the server's transport or its protocol says that it
 * never came to a tool. `failed`: the server answered with an error that may have come from the tool itself. `answered`: its
 * endpoint did answer, with a status that says nothing of the tool.
 */
export type McpAnswer =
  | { readonly kind: "answered"; readonly result: McpResult }
  | ({ readonly kind: "not_sent"; readonly error: string } & Passing)
  | ({ readonly kind: "refused"; readonly error: string } & PushBack & Passing)
  | { readonly kind: "failed"; readonly error: string }
  | ({
      readonly kind: "unknown";
      readonly error: string;
      readonly timed_out: boolean;
      readonly answered?: true;
    } & PushBack &
      Passing);

/** Why a server's tools cannot be told; with when to come again, where it said so. */
export type McpRefusal = { readonly error: string } & PushBack & Passing;

export type McpCall = { readonly tool: string; readonly arguments: JsonObject; readonly meta: JsonObject };

/** The tools that servers offer now, for the person who registers their tools. */
export interface ToolLists {
  /** @returns every tool of a registered server, or in words why it cannot be told */
  of(server: string): Promise<Result<ListedTools, string>>;
}

/** Why nothing is passed on: it knows none of that name, or not with such arguments; it did not answer; or not with what it should. */
export type NotPassed = { readonly because: "unknown" | "unanswered" | "unfit"; readonly why: string };

/** Things of one kind that a server lists, and how many more it lists that are not passed on. */
export type PassedList<Item> = { readonly items: readonly Item[]; readonly left_out: number };

type Passed<Value> = Promise<Result<Value, NotPassed>>;

/** Prompts and resources of registered servers, for agents that read them: asked with the secrets for reading. */
export interface PassedOn {
  prompts(server: string): Passed<PassedList<PassedPrompt>>;
  resources(server: string): Passed<PassedList<PassedResource>>;
  templates(server: string): Passed<PassedList<PassedTemplate>>;
  prompt(server: string, name: string, args: Readonly<Record<string, string>>): Passed<PassedMessages>;
  resource(server: string, uri: string): Passed<PassedReading>;
}

/** Lists that a server has beside that of its tools. */
export type McpListing = "prompts" | "resources" | "templates";

/** A question that changes nothing at the server. */
export type McpQuestion =
  | { readonly kind: "prompt"; readonly name: string; readonly arguments: Readonly<Record<string, string>> }
  | { readonly kind: "resource"; readonly uri: string };

/** `code`: of the error that the server itself answered with. */
export type McpNoAnswer = McpRefusal & { readonly code?: number };

/** Never throws for what a server does. */
export interface McpClient {
  /** Everything in a list of the server's, as it says it; nothing where it says that it has no such list. */
  list(target: McpTarget, listing: McpListing, limits: McpLimits): Promise<Result<readonly Json[], McpNoAnswer>>;
  /** The answer as the server gives it. */
  ask(target: McpTarget, question: McpQuestion, limits: McpLimits): Promise<Result<Json, McpNoAnswer>>;
  /** Every tool as the server describes it now, or, unless `fresh`, for as long as it said that this holds; in words why not. */
  tools(target: McpTarget, limits: McpLimits & { readonly fresh?: boolean }): Promise<Result<ListedTools, McpRefusal>>;
  call(target: McpTarget, call: McpCall, limits: McpLimits): Promise<McpAnswer>;
}
