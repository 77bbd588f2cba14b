import { access } from "node:fs/promises";
import { join } from "node:path";
import { CliError } from "../client/problem.ts";
import type { LocalPrograms } from "../context.ts";
import { EXIT } from "../exit-codes.ts";

/** Whoever holds the key may do everything: it decides who is asked, not what may be done. */
const SCOPES = [
  "executions:write",
  "executions:operate",
  "approvals:decide",
  "system:lock",
  "contracts:write",
  "read",
] as const;

/** What the server says when it cannot start here and now; anything else is a defect. */
const REFUSALS = ["FolderInUse", "PortTaken", "KeyReadableByOthers"];

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * The local server and its tokens are a program of their own, which the CLI only starts or asks: loaded when a command
 * needs them, so that the CLI stays a client and a deployment's users never load an engine.
 */
export const localPrograms: LocalPrograms = {
  mintToken: async (data_dir, name) => {
    if (!(await exists(join(data_dir, "token.key")))) return undefined;
    const { mintToken } = await import("../../local/tokens.ts");
    return mintToken(data_dir, { name, scopes: SCOPES, now: new Date() }).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new CliError(`no token can be made: ${why}`, EXIT.not_authorised, { cause });
    });
  },
  startServer: async (options) => {
    const { startServer } = await import("../../local/server.ts");
    return startServer(options).catch((cause: unknown) => {
      if (!(cause instanceof Error) || !REFUSALS.includes(cause.name)) throw cause;
      throw new CliError(cause.message, EXIT.conflict, { cause });
    });
  },
};
