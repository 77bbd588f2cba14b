import type { Command } from "commander";
import { z } from "zod";
import { printable, safeJson } from "../../shared/shown/untrusted.ts";
import { plural } from "../../shared/shown/words.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { noArguments } from "./options.ts";

export const addData = (program: Command, app: App): void => {
  const data = program
    .command("data")
    .summary("the data folder of this machine")
    .description(`What \`buddy start\` keeps under --data.`);
  addCommand(data, app, {
    usage: "take-over",
    summary: "take over the database of an earlier version",
    teaches: `Reads the database that an earlier version left under --data into the file of this one, and compares every record with
what was there. No server may have the folder meanwhile. Cut off, it goes on where it was when it is run again. The files
of the earlier version stay beside, under another name; nothing reads them any more.`,
    examples: ["buddy data take-over", "buddy data take-over --data /var/lib/buddy"],
    exits: [EXIT.ok, EXIT.conflict],
    args: noArguments,
    options: z.object({}),
    run: async ({ context, json, data_dir }) => {
      const taken = await context.local.takeOver(data_dir, json ? () => undefined : context.err);
      if (json) context.out(safeJson(taken));
      else {
        context.out(`${plural(taken.items, "record")} taken over, each as it was. Start it with \`buddy start\`.`);
        context.out(`The files of the earlier version are in ${printable(taken.kept_in)}: remove them when you like.`);
      }
      return EXIT.ok;
    },
  });
};
