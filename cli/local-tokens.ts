import type { AGENT_SCOPE, AgentScope, Scope } from "../shared/scopes.ts";
import { unreachable } from "./client/http.ts";
import { CliError } from "./client/problem.ts";
import type { Context, MintedToken } from "./context.ts";
import { EXIT } from "./exit-codes.ts";

/** A token is made anew this long before it ends: what is asked with it may take a while. */
const SPARE_MS = 120_000;

type Carried = Scope | AgentScope | typeof AGENT_SCOPE;

/**
 * Tokens for a server on this machine: one per bearer and scopes, kept while they last. None is sent before the server
 * has proved that it holds the key of this data folder; that is asked again with every new token.
 * @throws CliError where something else listens there
 */
export const localTokens = (context: Context, endpoint: string, data_dir: string) => {
  const kept = new Map<string, { readonly token: Promise<MintedToken | undefined>; until: number }>();
  const make = async (person: string, scopes: readonly Carried[]): Promise<MintedToken | undefined> => {
    const minted = await context.local.mintToken(data_dir, person, scopes);
    if (minted !== undefined) await prove(context, endpoint, data_dir);
    return minted;
  };
  return async (person: string, ...scopes: readonly Carried[]): Promise<string | undefined> => {
    const now = context.now().getTime();
    const key = `${scopes.join(" ")} ${person}`;
    const known = kept.get(key);
    if (known !== undefined && now < known.until) return (await known.token)?.token;
    const token = make(person, scopes);
    const entry = { token, until: Number.POSITIVE_INFINITY };
    kept.set(key, entry);
    try {
      const minted = await token;
      if (minted !== undefined) entry.until = now + minted.seconds * 1_000 - SPARE_MS;
      return minted?.token;
    } catch (error) {
      kept.delete(key);
      throw error;
    }
  };
};

const prove = async ({ local, fetch }: Context, endpoint: string, data_dir: string): Promise<void> => {
  const ours = await local.isOurs(data_dir, endpoint, fetch).catch((cause: unknown) => {
    throw cause instanceof CliError ? cause : unreachable(endpoint, cause);
  });
  if (ours) return;
  throw new CliError(
    `what listens at ${endpoint} did not prove that it holds the key under ${data_dir}: no token was sent to it`,
    EXIT.not_authorised,
    { remedy: "name the folder of the server that runs there with --data, or stop what listens there and start yours" },
  );
};
