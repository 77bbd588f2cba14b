import type { Command } from "commander";
import { z } from "zod";
import { type Api, apiOver } from "./client/api.ts";
import type { Reply } from "./client/http.ts";
import { CliError } from "./client/problem.ts";
import type { Context } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { safeJson } from "./render/untrusted.ts";

export const DEFAULT_ENDPOINT = "http://127.0.0.1:7717";
export const DEFAULT_DATA_DIR = ".buddy";

const globalOptions = z.object({
  endpoint: z.string().optional(),
  as: z.string().optional(),
  data: z.string().optional(),
  json: z.boolean().default(false),
});

/** What one run of a command works with. */
export type Session = {
  readonly context: Context;
  readonly json: boolean;
  readonly data_dir: string;
  /** Who decides here, as far as the CLI knows; null with a token from the environment. */
  readonly name: string | null;
  readonly api: Api;
  /** The API in somebody else's name; only where tokens are minted locally. */
  readonly apiAs: (name: string) => Api;
};

export const isThisMachine = (endpoint: string): boolean =>
  ["127.0.0.1", "localhost", "[::1]"].includes(URL.parse(endpoint)?.hostname ?? "");

/** Reads the options every command has, wherever they stand on the line. */
export const sessionOf = (context: Context, command: Command): Session => {
  const options = globalOptions.parse(command.optsWithGlobals());
  const { BUDDY_ENDPOINT, BUDDY_TOKEN, BUDDY_AS, BUDDY_DATA } = context.env;
  const endpoint = options.endpoint ?? BUDDY_ENDPOINT ?? DEFAULT_ENDPOINT;
  const data_dir = options.data ?? BUDDY_DATA ?? DEFAULT_DATA_DIR;
  const name = options.as ?? BUDDY_AS ?? context.user;
  const given = options.as === undefined && BUDDY_TOKEN !== undefined && BUDDY_TOKEN !== "";
  const minted = new Map<string, Promise<string | undefined>>();
  const local = isThisMachine(endpoint);
  if (options.as !== undefined && !local) {
    throw new CliError("--as makes a token for a server on this machine; for another, set $BUDDY_TOKEN", EXIT.usage);
  }
  const tokenOf = async (person: string): Promise<string | undefined> => {
    // What this machine's key signs is nobody else's business.
    if (!local) return undefined;
    const token = minted.get(person) ?? context.local.mintToken(data_dir, person);
    minted.set(person, token);
    return token;
  };
  const apiAs = (person: string): Api => apiOver({ endpoint, fetch: context.fetch, token: () => tokenOf(person) });
  const api = given ? apiOver({ endpoint, fetch: context.fetch, token: async () => BUDDY_TOKEN }) : apiAs(name);
  return { context, json: options.json, data_dir, name: given ? null : name, api, apiAs };
};

/** Prints an answer: the document as it came with --json, else what `render` makes of its printable form. */
export const show = <Value>(
  { context, json }: Session,
  reply: Reply<Value>,
  render: (value: Value) => readonly string[],
): void => {
  if (json) context.out(safeJson(reply.raw, 2));
  else for (const line of render(reply.printable)) context.out(line);
};

/** Says something to the person at the terminal; with --json, stdout holds the document and nothing else. */
export const say = ({ context, json }: Session, line: string): void => (json ? context.err(line) : context.out(line));
