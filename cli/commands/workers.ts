import type { Command } from "commander";
import { z } from "zod";
import { workerGroup } from "../../shared/contracts/binding/worker/worker-binding.ts";
import { workScope } from "../../shared/scopes.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { workLines } from "../render/work.ts";
import { show } from "../session.ts";
import { hours, noArguments, noOptions, text } from "./options.ts";
import { printOwnToken } from "./own-token.ts";

const ABOUT = `Tools whose contracts are bound to workers are done by processes of yours: each asks for calls of its group with a token
of scope work:<group>, does them, and says what came of them. See docs/workers.md.`;

export const addWorkers = (program: Command, app: App): void => {
  const workers = program.command("workers").summary("processes that do calls of tools").description(ABOUT);
  addCommand(workers, app, {
    usage: "list",
    summary: "what waits for workers, and who asked last",
    teaches: "By group: its tools with the last question for each, and the calls that nobody has taken yet.",
    examples: ["buddy workers list", "buddy workers list --json | jq '.groups[].waiting'"],
    exits: [EXIT.ok],
    args: noArguments,
    options: noOptions,
    run: async (session) => {
      show(session, await session.api.work(), (state) => workLines(state, session.context));
      return EXIT.ok;
    },
  });
  addCommand(workers, app, {
    usage: "token <group>",
    summary: "a token for a worker on this machine",
    teaches: `The token may take and answer calls of that group, and nothing else; it cannot be taken back before it ends. Of a
deployment a worker gets its token from the issuer, by client credentials: the stack has a client for each of its worker_groups.`,
    examples: ["BUDDY_TOKEN=$(buddy workers token crm) node worker.js", "buddy workers token crm --name ada --hours 1"],
    exits: [EXIT.ok, EXIT.refused, EXIT.not_authorised],
    flags: [
      { flags: "--name <name>", says: "who the worker is, in the records (default: worker-<group>)" },
      { flags: "--hours <n>", says: "how long the token lasts (default: 12)" },
    ],
    args: z.tuple([workerGroup]),
    options: z.object({ name: text.optional(), hours: hours.default(12) }),
    run: (session, [group], { name = `worker-${group}`, hours: lasts }) =>
      printOwnToken(session, {
        name,
        scopes: [workScope(group)],
        hours: lasts,
        told: { group, name },
        elsewhere: `ask the issuer for the scope work:${group} with the client of that group`,
      }),
  });
};
