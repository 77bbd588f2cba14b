import type { Command } from "commander";
import { z } from "zod";
import { identifier } from "../../shared/plan/tool-execution-plan.ts";
import { safeJson } from "../../shared/shown/untrusted.ts";
import { unreachableReport, type Verdict, type VerificationReport } from "../../shared/verification/finding.ts";
import { lookAgain } from "../../shared/verification/look-again.ts";
import { verifyExecution, verifyFiles } from "../../shared/verification/verify-execution.ts";
import { namedExecution } from "../client/named-execution.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { verificationLines } from "../render/verification.ts";
import { fetchArtifacts } from "../running/artifact-files.ts";
import type { Session } from "../session.ts";
import { damagedReport, isDamaged } from "../verifying/damaged.ts";
import {
  evidenceFromFolder,
  evidenceFromServer,
  type Gathered,
  refuseFile,
  savedUnder,
} from "../verifying/evidence.ts";
import { type Keys, keysBeside, keysFor } from "../verifying/keys.ts";
import { oneArgument, text } from "./options.ts";

const EXITS = {
  OK: EXIT.ok,
  TAMPERED: EXIT.tampered,
  INCOMPLETE: EXIT.incomplete,
  UNREACHABLE: EXIT.unreachable,
} as const satisfies Record<Verdict, ExitCode>;

const options = z.object({
  dir: text.optional(),
  publicKey: text.optional(),
  manifest: z
    .string()
    .regex(/^[0-9a-f]{64}$/u, "must be 64 hex digits")
    .optional(),
});
type Options = z.infer<typeof options>;

export const addVerify = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "verify <execution-or-folder>",
    summary: "recompute the record of an execution: was anything changed?",
    teaches: `Recomputes every chain, transition, digest and signature, and holds ledger, approvals and artifacts against
them. It believes nobody but the public key: give the one you got from whoever answers for it. The server on this
machine has its own in <data>/keys.

<execution-or-folder> is an execution, or a folder that \`buddy artifacts\` saved (or the one it saved it into): then no server is asked. A folder that
holds the artifacts and the manifest, and no record, is checked as far as that goes (digests, signature, the chain of
manifests, whether the files fit together), and is INCOMPLETE at best.

OK: it fits together. TAMPERED: something contradicts it. INCOMPLETE: nothing does, but the execution is not sealed
(again) yet, or the key is missing. UNREACHABLE: there was nothing to look at. docs/audit.md says what no check can find.`,
    examples: [
      "buddy verify 01JABC...",
      "buddy artifacts 01JABC... --out /tmp/audit && buddy verify /tmp/audit/01JABC... --public-key buddy.pem",
    ],
    exits: [EXIT.ok, EXIT.not_found, EXIT.tampered, EXIT.incomplete],
    flags: [
      { flags: "--dir <folder>", says: "a folder that `buddy artifacts` saved, instead of a server" },
      { flags: "--public-key <file>", says: "PEM of the keys manifests must be signed with (Ed25519 or P-256)" },
      { flags: "--manifest <digest>", says: "a manifest's digest from an earlier report: it must still be there" },
    ],
    args: oneArgument,
    options,
    run: async (session, [named], options) => {
      const { context, json } = session;
      const { report, keys_from } = await reportedUnlessUnreachable(named, async () => {
        const saved = options.dir === undefined ? await savedUnder(context, named) : undefined;
        const folder = options.dir ?? (saved === undefined && !canBeExecution(named) ? named : undefined);
        if (folder !== undefined) await refuseFile(context, folder);
        const given = saved === undefined ? options : { ...options, dir: saved.folder };
        if (given.dir === undefined && !identifier.safeParse(named).success) throw noSuchFolder(named);
        const keys = await keysFor(session, given.publicKey, given.dir);
        const id = saved?.execution_id ?? (given.dir === undefined ? await namedExecution(session.api, named) : named);
        return { report: await reportOn(session, id, given, keys), keys_from: keys.from };
      });
      if (json) context.out(safeJson(report, 2));
      else for (const line of verificationLines(report, keys_from, context.paint)) context.out(line);
      return EXITS[report.verdict];
    },
  });

/** No execution's id has a dot: a file is called so, such as an archive that an auditor was sent. */
const canBeExecution = (named: string): boolean => identifier.safeParse(named).success && !named.includes(".");

type Reported = { readonly report: VerificationReport; readonly keys_from: Keys["from"] };

/** Where there was nothing to look at, such as a server or what a folder is to hold, that is the verdict. */
const reportedUnlessUnreachable = async (named: string, look: () => Promise<Reported>): Promise<Reported> => {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof CliError) || error.exit_code !== EXIT.unreachable) throw error;
    const why = error.remedy === null ? error.message : `${error.message}; ${error.remedy}`;
    return { report: unreachableReport(named, why), keys_from: null };
  }
};

/** The name is of no execution of this server, and no folder either, or it would have been read. */
const neitherThere = (id: string, cause: CliError): CliError =>
  new CliError(`${cause.message}, and there is no folder ${id} to read instead`, EXIT.not_found, {
    remedy: `find the execution with \`${hint.executions()}\`; to have a folder, save it: ${hint.saveInto(id)}`,
    cause,
  });

/** No execution can be called so: it was meant as a folder. */
const noSuchFolder = (named: string): CliError =>
  new CliError(`there is no folder ${named}, and no execution can be called so`, EXIT.not_found, {
    remedy: `find the execution with \`${hint.executions()}\`; to have a folder, save it: ${hint.saveInto(named)}`,
  });

const reportOn = async (session: Session, id: string, given: Options, keys: Keys): Promise<VerificationReport> => {
  const gather = (): Promise<Gathered> =>
    given.dir === undefined ? evidenceFromServer(session.api, id) : evidenceFromFolder(session.context, id, given.dir);
  const verify = async (): Promise<VerificationReport> => {
    const remembered = given.manifest === undefined ? [] : [given.manifest];
    const { record, files, beside } = await gather();
    const asked = { execution_id: id, files, beside, keys: keys.keys, pinned: keys.pinned, remembered };
    if (record !== null) return verifyExecution({ ...asked, record });
    const found = keys.from === null && given.dir !== undefined ? await keysBeside(session.context, given.dir) : [];
    return verifyFiles({ ...asked, keys: [...keys.keys, ...found] });
  };
  /** The files are looked at all the same; what stands in the store was never written so, whoever changed it. */
  const unlessDamaged = async (error: unknown): Promise<VerificationReport> => {
    if (!isDamaged(error)) throw error;
    const files = await fetchArtifacts(session.api, id).catch(() => []);
    return damagedReport({ execution_id: id, files, keys: keys.keys, pinned: keys.pinned }, error.message);
  };
  try {
    return await (given.dir === undefined ? lookAgain(() => verify().catch(unlessDamaged)) : verify());
  } catch (error) {
    if (error instanceof CliError && error.exit_code === EXIT.not_found) throw neitherThere(id, error);
    throw error;
  }
};
