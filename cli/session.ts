import type { Command } from "commander";
import { z } from "zod";
import { AGENT_SCOPE, agentScope, type Scope } from "../shared/scopes.ts";
import { quoted, safeJson } from "../shared/shown/untrusted.ts";
import { type Api, apiOver } from "./client/api.ts";
import type { Patience, Reply } from "./client/http.ts";
import { CliError } from "./client/problem.ts";
import type { Context } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { localTokens } from "./local-tokens.ts";

export const DEFAULT_ENDPOINT = "http://127.0.0.1:7717";
export const DEFAULT_DATA_DIR = ".buddy";

const globalOptions = z.object({
  endpoint: z.string().optional(),
  as: z.string().optional(),
  data: z.string().optional(),
  json: z.boolean().default(false),
});

/** The means of one run of a command. */
export type Session = {
  readonly context: Context;
  readonly json: boolean;
  readonly data_dir: string;
  /** The server's address, where that is not this machine. */
  readonly elsewhere: string | null;
  /** The decider here, as far as the CLI knows; null with a token from the environment. */
  readonly name: string | null;
  readonly api: Api;
  /** An agent's own token: made here for the one that is named, or the one from the environment. */
  readonly ownToken: (agent: string | undefined) => Promise<string | undefined>;
  /** The API in somebody else's name; only where tokens are minted locally. */
  readonly apiAs: (name: string) => Api;
  /** The same session, whose every request is made with that patience, in whoever's name. */
  readonly patient: (patience: Patience) => Session;
};

const LOCAL_HOSTS = ["127.0.0.1", "localhost"];

export const isThisMachine = (endpoint: string): boolean => LOCAL_HOSTS.includes(URL.parse(endpoint)?.hostname ?? "");

/** A host, and perhaps a port, as people leave its scheme out. */
const BARE_HOST = /^[\w.-]+(?::\d+)?$/u;

/** The address that a text is of a server; undefined where no request can be sent to it. */
const addressIn = (text: string): URL | undefined => {
  const url = URL.parse(text);
  return url !== null && ["http:", "https:"].includes(url.protocol) ? url : undefined;
};

/** The parts of an address that no route can be put behind; a name and a password are no way to be known here. */
const surplus = ({ username, password, search, hash }: URL): string | undefined => {
  if (username !== "" || password !== "") return "a name or a password";
  return search !== "" || hash !== "" ? "a query or a fragment" : undefined;
};

/**
 * The local server listens on one address of loopback; who listens on another under the same port is somebody else.
 * @throws CliError (usage) for what no request can be sent to
 */
const addressed = (endpoint: string, where: string): string => {
  const url = addressIn(endpoint);
  if (url === undefined) {
    const meant = BARE_HOST.test(endpoint) ? `http://${endpoint}` : DEFAULT_ENDPOINT;
    throw new CliError(`${where}: ${quoted(endpoint)} is no address`, EXIT.usage, {
      remedy: `write it with its scheme, such as ${meant}`,
    });
  }
  const more = surplus(url);
  if (more !== undefined) {
    // Not as it was given: a password would stand in the terminal's history.
    throw new CliError(`${where} has ${more}, which no server is reached by`, EXIT.usage, {
      remedy: `write ${url.origin}${url.pathname.replace(/\/+$/u, "")}; who asks is said by --as or $BUDDY_TOKEN`,
    });
  }
  return isThisMachine(endpoint) ? endpoint.replace(/^(https?:\/\/)localhost(?=[:/]|$)/iu, "$1127.0.0.1") : endpoint;
};

/** Reads the options every command has, wherever they stand on the line. */
export const sessionOf = (context: Context, command: Command): Session => {
  const options = globalOptions.parse(command.optsWithGlobals());
  const { BUDDY_ENDPOINT, BUDDY_TOKEN, BUDDY_AS, BUDDY_DATA } = context.env;
  const set = BUDDY_ENDPOINT === "" ? undefined : BUDDY_ENDPOINT;
  const where = options.endpoint === undefined ? "$BUDDY_ENDPOINT" : "--endpoint";
  const endpoint = addressed(options.endpoint ?? set ?? DEFAULT_ENDPOINT, where);
  const data_dir = options.data ?? BUDDY_DATA ?? DEFAULT_DATA_DIR;
  // Joined with a name of a file it would be the folder that one stands in.
  if (data_dir === "") throw new CliError("--data, or $BUDDY_DATA, is empty", EXIT.usage, { remedy: "name a folder" });
  const name = options.as ?? BUDDY_AS ?? context.user;
  const given = options.as === undefined && BUDDY_TOKEN !== undefined && BUDDY_TOKEN !== "";
  const local = isThisMachine(endpoint);
  if (options.as !== undefined && !local) {
    throw new CliError("--as makes a token for a server on this machine; for another, set $BUDDY_TOKEN", EXIT.usage);
  }
  const tokens = localTokens(context, endpoint, data_dir);
  const { fetch, wait } = context;
  const ownToken: Session["ownToken"] = async (agent) => {
    if (agent === undefined || !local) return BUDDY_TOKEN;
    return tokens(agent, AGENT_SCOPE, agentScope(agent));
  };
  const elsewhere = local ? null : endpoint;
  const told = { context, json: options.json, data_dir, elsewhere, name: given ? null : name, ownToken };
  const patient = (patience?: Patience): Session => {
    const apiAs = (person: string): Api =>
      // Tokens signed by this machine's key are nobody else's business.
      apiOver({
        endpoint,
        fetch,
        wait,
        patience,
        token: async (scope) => (local ? tokens(person, ...carried(scope)) : undefined),
      });
    const api = given ? apiOver({ endpoint, fetch, wait, patience, token: async () => BUDDY_TOKEN }) : apiAs(name);
    return { ...told, api, apiAs, patient };
  };
  return patient();
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

/** A token that decides reads the queue too, which tells what it lets its bearer decide. */
const carried = (scope: Scope): Scope[] => (scope === "approvals:decide" ? ["read", scope] : [scope]);
