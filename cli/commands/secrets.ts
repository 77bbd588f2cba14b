import type { Command } from "commander";
import { z } from "zod";
import { printable, safeJson } from "../../shared/shown/untrusted.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { type Session, say } from "../session.ts";
import { noArguments, noOptions, oneArgument } from "./options.ts";

const ABOUT = `Credentials that tools use on this machine, by name: contracts name them and never hold them. Names begin with read/ or
write/: DRY_RUN is given the first family only, LIVE and ROLLBACK both. A deployment has its secrets in AWS Secrets
Manager, as buddy/<stage>/read/<name> and buddy/<stage>/write/<name>: no route of its API takes or shows one.`;

/** A deployment's secrets never pass through Buddy. @throws CliError with the command of AWS that does it */
const keptHere = ({ elsewhere }: Session, instead: string): void => {
  if (elsewhere === null) return;
  throw new CliError(`${elsewhere} has its secrets in AWS Secrets Manager, out of reach of buddy`, EXIT.refused, {
    remedy: `with credentials of its account: ${instead}`,
  });
};

const managed = (name: string): string => `buddy/<stage>/${name}`;

export const addSecrets = (program: Command, app: App): void => {
  const secrets = program.command("secrets").summary("credentials of tools, on this machine").description(ABOUT);
  addCommand(secrets, app, {
    usage: "set <name>",
    summary: "keep a secret, or replace it",
    teaches: `Asks for the secret's text, or takes it from stdin; it is never an argument, which other people of this machine could see.
It is kept in a file under --data that is yours alone, and counts at once, also for a server that runs.`,
    examples: ["buddy secrets set read/crm", "pass show crm | buddy secrets set write/crm"],
    exits: [EXIT.ok, EXIT.refused],
    args: oneArgument,
    options: noOptions,
    run: async (session, [name]) => {
      const { context, data_dir } = session;
      keptHere(
        session,
        `aws secretsmanager create-secret --name ${managed(name)} --secret-string file://<file> (once it is there, put-secret-value --secret-id)`,
      );
      const given = context.interactive
        ? await context.prompts.secret(`Text of secret ${printable(name)}:`)
        : (await context.readStdin()).replace(/\r?\n$/u, "");
      await context.local.setSecret(data_dir, name, given);
      say(session, `${printable(name)} is kept.`);
      return EXIT.ok;
    },
  });
  addCommand(secrets, app, {
    usage: "list",
    summary: "the names of all secrets",
    teaches: "Names only: no command shows the text of a secret.",
    examples: ["buddy secrets list"],
    exits: [EXIT.ok, EXIT.refused],
    args: noArguments,
    options: z.object({}),
    run: async (session) => {
      const { context, data_dir, json } = session;
      keptHere(session, "aws secretsmanager list-secrets --filters Key=name,Values=buddy/<stage>/");
      const names = await context.local.listSecrets(data_dir);
      if (json) context.out(safeJson(names, 2));
      else for (const line of names.length === 0 ? ["No secrets are kept."] : names) context.out(printable(line));
      return EXIT.ok;
    },
  });
  addCommand(secrets, app, {
    usage: "remove <name>",
    summary: "forget a secret",
    teaches: "Calls that need it are refused from then on, and nothing is sent.",
    examples: ["buddy secrets remove read/crm"],
    exits: [EXIT.ok, EXIT.refused, EXIT.not_found],
    args: oneArgument,
    options: noOptions,
    run: async (session, [name]) => {
      const { context, data_dir } = session;
      keptHere(session, `aws secretsmanager delete-secret --secret-id ${managed(name)}`);
      if (!(await context.local.removeSecret(data_dir, name))) {
        throw new CliError(`there is no secret ${name}`, EXIT.not_found, {
          remedy: "see buddy secrets list",
        });
      }
      say(session, `${printable(name)} is forgotten.`);
      return EXIT.ok;
    },
  });
};
