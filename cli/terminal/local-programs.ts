import { randomBytes } from "node:crypto";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { CliError } from "../client/problem.ts";
import type { LocalData, LocalPrograms, LocalSecrets } from "../context.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";

/** The errors of a data folder that cannot be used here and now, and how the command ends; anything else is a defect. */
const REFUSALS: ReadonlyMap<string, ExitCode> = new Map([
  ["DataFolderUnusable", EXIT.usage],
  ["FolderInUse", EXIT.conflict],
  ["PortTaken", EXIT.conflict],
  ["KeyReadableByOthers", EXIT.conflict],
  ["KeyDamaged", EXIT.conflict],
  ["SigningKeyGone", EXIT.conflict],
  ["DatabaseUnusable", EXIT.conflict],
  ["FilesRefused", EXIT.conflict],
  ["DatabaseNewer", EXIT.conflict],
  ["TakeOverNeeded", EXIT.conflict],
  ["EarlierStarted", EXIT.conflict],
  ["TakeOverRefused", EXIT.conflict],
  ["BackupRefused", EXIT.conflict],
  ["CopyFailed", EXIT.conflict],
  ["HeldFileUnusable", EXIT.conflict],
]);

/** Where nobody answers in this time, nobody answers at all. */
const PROOF_MS = 10_000;

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** @throws CliError where the key cannot be used */
const withKey = <Value>(use: () => Promise<Value>): Promise<Value> =>
  use().catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(`no token can be made: ${why}`, EXIT.not_authorised, { cause });
  });

/** @throws CliError where the folder is refused */
const refused = (cause: unknown): never => {
  const code = cause instanceof Error ? REFUSALS.get(cause.name) : undefined;
  if (!(cause instanceof Error) || code === undefined) throw cause;
  throw new CliError(cause.message, code, { cause });
};

type SecretsFile = typeof import("../../local/secrets-file.ts");

/** @throws CliError where the file or what is asked of it is refused */
const withSecrets = async <Value>(use: (file: SecretsFile) => Promise<Value>): Promise<Value> =>
  use(await import("../../local/secrets-file.ts")).catch((cause: unknown) => {
    if (!(cause instanceof Error) || cause.name !== "SecretsUnusable") return refused(cause);
    throw new CliError(cause.message, EXIT.refused, { cause });
  });

/**
 * The local server and its tokens are a program of their own, which the CLI only starts or asks: loaded when a command
 * needs them, so that the CLI stays a client and a deployment's users never load an engine.
 */
export const localPrograms: LocalPrograms & LocalSecrets & LocalData = {
  mintToken: async (data_dir, name, scopes, given) => {
    if (!(await exists(join(data_dir, "token.key")))) return undefined;
    const { mintToken, TOKEN_SECONDS } = await import("../../local/tokens.ts");
    const seconds = given ?? TOKEN_SECONDS;
    return withKey(async () => ({
      token: await mintToken(data_dir, { name, scopes, now: new Date(), seconds }),
      seconds,
    }));
  },
  isOurs: async (data_dir, endpoint, fetch) => {
    const { localKey } = await import("../../local/tokens.ts");
    const { isProof, PROOF_PATH } = await import("../../local/proof.ts");
    const key = await withKey(() => localKey(data_dir));
    const nonce = randomBytes(24).toString("base64url");
    const at = new URL(`${PROOF_PATH}/${nonce}`, endpoint);
    const answer = await fetch(at, { redirect: "error", signal: AbortSignal.timeout(PROOF_MS) });
    const answered: unknown = answer.ok ? await answer.json().catch(() => undefined) : undefined;
    return isProof(key, nonce, `${at.hostname}:${at.port === "" ? 80 : at.port}`, answered);
  },
  consoleLink: async (data_dir, endpoint, name, fetch) => {
    if (!(await exists(join(data_dir, "token.key")))) return undefined;
    // The link is only worth something to the server that gave it; who else listens there must not learn of the asking.
    if (!(await localPrograms.isOurs(data_dir, endpoint, fetch))) return undefined;
    const { askingToken, SIGN_IN_PATH } = await import("../../local/sign-in.ts");
    const token = await withKey(() => askingToken(data_dir, name, new Date()));
    const answer = await fetch(new URL(`${SIGN_IN_PATH}/links`, endpoint), {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      redirect: "error",
      signal: AbortSignal.timeout(PROOF_MS),
    });
    const given = z.object({ path: z.string() }).safeParse(await answer.json().catch(() => undefined));
    return given.success ? new URL(given.data.path, endpoint).href : undefined;
  },
  setSecret: (data_dir, name, text) => withSecrets(({ setSecret }) => setSecret(data_dir, name, text)),
  listSecrets: (data_dir) => withSecrets(({ listSecrets }) => listSecrets(data_dir)),
  removeSecret: (data_dir, name) => withSecrets(({ removeSecret }) => removeSecret(data_dir, name)),
  startServer: async (options) => {
    const { startServer } = await import("../../local/server.ts");
    return startServer(options).catch(refused);
  },
  backUp: async (data_dir, target) => {
    const { backUp } = await import("../../local/backup.ts");
    return backUp(data_dir, target, new Date()).catch(refused);
  },
  takeOver: async (data_dir, tell) => {
    const { takeOverData } = await import("../../local/take-over.ts");
    return takeOverData(data_dir, tell).catch(refused);
  },
};
