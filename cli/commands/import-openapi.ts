import { basename } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { importOpenApi } from "../../shared/contracts/import/openapi/import-openapi.ts";
import type { ProposalFile } from "../../shared/contracts/import/proposal-file.ts";
import { json } from "../../shared/plan/json.ts";
import { accept, type Result, refuse } from "../../shared/plan/result.ts";
import { printable, safeJson } from "../../shared/shown/untrusted.ts";
import { plural } from "../../shared/shown/words.ts";
import { everyContract } from "../client/every-contract.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { documentAt, isAddress } from "../named-documents.ts";
import type { Contract } from "../replies/registries.ts";
import { type Session, say } from "../session.ts";
import { oneArgument } from "./options.ts";

const SHOWN = 20;

/** The warning that a name is another's, as a proposal has it. */
const TAKEN = /^".*" is .+: proposed as \S+$/su;

/** Beside where one works, named for what it came from. */
const outFor = (location: string): string =>
  `${basename(isAddress(location) ? new URL(location).pathname : location).replace(/\.(json|ya?ml)$/i, "") || "service"}.proposal.json`;

const proposalLines = (file: ProposalFile, out: string, secret: string | undefined): string[] => {
  const secrets = new Set(
    file.tools.flatMap(({ contract }) =>
      [...JSON.stringify(contract.binding ?? {}).matchAll(/"secret":"([^"]+)"/g)].map(([, name]) => name),
    ),
  );
  const hosts = new Set(
    file.tools.flatMap(({ contract }) =>
      [...JSON.stringify(contract.binding ?? {}).matchAll(/"hosts":\["([^"]+)"\]/g)].map(([, host]) => host),
    ),
  );
  const risky = file.tools.filter(({ contract }) => contract.risk_level === "HIGH").length;
  const bare = file.tools.filter(({ contract }) => !/"secret":"/.test(JSON.stringify(contract.binding ?? {}))).length;
  const unused = secret === undefined ? "" : `, and --secret ${secret} is not used for them`;
  const elsewhere = file.tools.flatMap(({ warnings }) => warnings.filter((warning) => TAKEN.test(warning)));
  return [
    `${plural(file.tools.length, "tool")} proposed in ${out}: ${file.tools.length - risky} read, ${risky} HIGH until you say otherwise`,
    ...(bare === 0
      ? []
      : [`  ${bare} of them without credentials: the document names none that a binding can send${unused}`]),
    ...elsewhere.slice(0, SHOWN).map((warning) => `  ${printable(warning)}`),
    ...(elsewhere.length > SHOWN ? [`  and ${elsewhere.length - SHOWN} more under other names`] : []),
    ...(file.refused.length === 0 ? [] : [`${plural(file.refused.length, "operation")} refused:`]),
    ...file.refused
      .slice(0, SHOWN)
      .map(({ original, reasons }) => `  ${printable(original)}: ${printable(reasons.join("; "))}`),
    ...(file.refused.length > SHOWN
      ? [`  and ${file.refused.length - SHOWN} more, with their reasons in the file`]
      : []),
    "Nothing is registered. Read what was inferred, change or delete what you do not want, then:",
    ...[...secrets].map((name) => `  keep the secrets write/${name} and, for what only reads, read/${name}`),
    ...[...hosts].map((host) => `  let the server reach its host, by --allow-host ${host} where it is started`),
    `  ${hint.addContracts(out)}`,
  ];
};

/** The contracts that there are, or in words why nobody could be asked: a document can be read without a server. */
const registeredHere = async ({ api }: Session): Promise<Result<readonly Contract[], string>> => {
  try {
    return accept((await everyContract(api)).value.contracts);
  } catch (error) {
    if (error instanceof CliError) return refuse(error.message);
    throw error;
  }
};

const options = z.object({
  pick: z.array(z.string()).default([]),
  out: z.string().optional(),
  server: z.string().optional(),
  secret: z.string().optional(),
});

const run = async (session: Session, location: string, { pick, out, server, secret }: z.infer<typeof options>) => {
  const { context } = session;
  const target = out ?? outFor(location);
  if ((await context.readBytes(target)) !== undefined) {
    throw new CliError(`${target} is there already`, EXIT.usage, {
      remedy: "name another file with --out, or remove it",
    });
  }
  await context.mustBeWritable(target, "file");
  const document = await documentAt(context, location);
  const registered = await registeredHere(session);
  const made = importOpenApi(document, {
    location,
    pick,
    ...(registered.ok ? { registered: registered.value } : {}),
    ...(server === undefined ? {} : { server }),
    ...(secret === undefined ? {} : { secret }),
  });
  if (!made.ok) {
    const { violations, more } = made.refusal;
    const faults = violations.map(({ path, message }) => `${path} ${message}`.trim());
    throw new CliError(`${location} cannot be imported:`, EXIT.refused, {
      faults: more === 0 ? faults : [...faults, `and ${more} more`],
    });
  }
  await context.writeFile(target, new TextEncoder().encode(`${JSON.stringify(made.value, null, 2)}\n`));
  if (session.json) context.out(safeJson(json.parse(made.value), 2));
  else for (const line of proposalLines(made.value, target, secret)) say(session, line);
  if (!registered.ok) {
    say(session, `Whether a name is another tool's already was not looked at: ${printable(registered.refusal)}`);
  }
  return EXIT.ok;
};

/** `buddy contracts import openapi`. */
export const addOpenApiImport = (imports: Command, app: App): void => {
  addCommand(imports, app, {
    usage: "openapi <document>",
    summary: "propose tools from an OpenAPI document (3.0 or 3.1; a file or an address)",
    teaches: `Writes a proposal: for each operation a contract with an http binding, and what was inferred from what. GET and HEAD
read; everything else is HIGH until you say otherwise. What cannot be a tool is listed with its reasons. Nothing is
registered before you add the file. A name that is another tool's already (of another request) is changed, and the warnings of the tool say so.
Nothing that the document refers to outside itself is fetched.`,
    examples: [
      "buddy contracts import openapi crm.yaml",
      'buddy contracts import openapi crm.yaml --pick listContacts "PUT /contacts/{id}"',
    ],
    exits: [EXIT.ok, EXIT.refused],
    flags: [
      { flags: "--pick <operation...>", says: 'only these, by operationId or as "GET /path"' },
      { flags: "--out <file>", says: "where the proposal is written; beside you, named for the document, unless told" },
      {
        flags: "--server <url>",
        says: "where the service is, in place of the document's first server; one that is a path alone is looked for there",
      },
      {
        flags: "--secret <name>",
        says: "the secret that its requests are sent with, or what the names of several begin with; made of the document's title unless told",
      },
    ],
    args: oneArgument,
    options,
    run: (session, [location], given) => run(session, location, given),
  });
};
