import type { AGENT_SCOPE, AgentScope, WorkScope } from "../../shared/scopes.ts";
import { safeJson } from "../../shared/shown/untrusted.ts";
import { CliError } from "../client/problem.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";

import type { Session } from "../session.ts";

export type OwnToken = {
  /** The bearer, as the records name it. */
  readonly name: string;
  readonly scopes: readonly (WorkScope | AgentScope | typeof AGENT_SCOPE)[];
  readonly hours: number;
  /** Said beside the token, with --json. */
  readonly told: Readonly<Record<string, string>>;
  /** How it is had from another issuer. */
  readonly elsewhere: string;
};

/** Prints a token for a program on this machine: a worker, an agent. */
export const printOwnToken = async (session: Session, wanted: OwnToken): Promise<ExitCode> => {
  const { context, data_dir, elsewhere, json } = session;
  if (elsewhere !== null) {
    throw new CliError(`${elsewhere} takes tokens of its issuer only`, EXIT.refused, { remedy: wanted.elsewhere });
  }
  const minted = await context.local.mintToken(data_dir, wanted.name, wanted.scopes, wanted.hours * 3_600);
  if (minted === undefined) {
    throw new CliError(`there is no key under ${data_dir} to make a token with`, EXIT.not_authorised, {
      remedy: "start Buddy with that folder once: buddy start",
    });
  }
  context.out(json ? safeJson({ ...minted, ...wanted.told }, 2) : minted.token);
  return EXIT.ok;
};
