import type { Command } from "commander";
import { safeJson } from "../../shared/shown/untrusted.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import type { Session } from "../session.ts";
import { noArguments, noOptions } from "./options.ts";

export const addConsole = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "console",
    summary: "a link to the console, where people look and decide in a browser",
    teaches: `Prints the address of the console. On this machine it is a link that signs in whoever opens it first, once and within
ten minutes, as --as says; it works in a browser of this machine only. A deployment's console signs people in at its issuer.
See docs/console.md.`,
    examples: ["buddy console", "buddy console --as bob"],
    exits: [EXIT.ok, EXIT.not_authorised],
    args: noArguments,
    options: noOptions,
    run: async (session) => {
      const { context, json, elsewhere } = session;
      const url = elsewhere === null ? await linkHere(session) : `${elsewhere.replace(/\/+$/u, "")}/console`;
      context.out(json ? safeJson({ url }) : url);
      return EXIT.ok;
    },
  });

/** @throws CliError where the server that listens here is not the one of the data folder, or there is none */
const linkHere = async ({ context, data_dir, api, name }: Session): Promise<string> => {
  const link = await context.local.consoleLink(data_dir, api.endpoint, name ?? context.user, context.fetch);
  if (link !== undefined) return link;
  throw new CliError(`nothing at ${api.endpoint} gave a link for the key under ${data_dir}`, EXIT.not_authorised, {
    remedy: `name the folder of the server that runs there with --data, or start one: ${hint.start()}`,
  });
};
