import type { Command } from "commander";
import { printable, safeJson } from "../../shared/shown/untrusted.ts";
import { plural } from "../../shared/shown/words.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { noArguments, noOptions, oneArgument } from "./options.ts";

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
    options: noOptions,
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

export const addBackup = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "backup <folder>",
    summary: "copy the data folder of this machine, also while a server runs",
    teaches: `Copies everything under --data into a folder that is not there yet: the records as they stand at one moment, and the files
that they name. Secrets and keys are among them, so keep it as you keep the data folder. Start it with
\`buddy start --data <folder>\`. It begins locked, because calls that are made after the copy are not on record in it, and would
be made again: look what became of executions that were under way, then \`buddy unlock --everything\` and resume them.`,
    examples: ["buddy backup /var/backups/buddy-friday", "buddy backup ../copy --data /var/lib/buddy"],
    exits: [EXIT.ok, EXIT.conflict],
    args: oneArgument,
    options: noOptions,
    run: async ({ context, json, data_dir }, [folder]) => {
      await context.local.backUp(data_dir, folder);
      if (json) context.out(safeJson({ data_dir, folder }));
      else {
        context.out(`${printable(data_dir)} is copied to ${printable(folder)}, and was read through.`);
        context.out(`Start it with \`${hint.startOn(folder)}\`: everything in it is locked until a person has looked.`);
      }
      return EXIT.ok;
    },
  });
