import type { Command } from "commander";
import { z } from "zod";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { table } from "../render/table.ts";
import { show } from "../session.ts";
import { noArguments, oneArgument, text } from "./options.ts";

const ABOUT =
  "A token names its caller by an id: an app by its client id, people at many issuers by a number. What is shown to people " +
  "has the name beside the id. It is for reading alone: four eyes, lists and locks go by the id.";

export const addNames = (program: Command, app: App): void => {
  const names = program.command("names").summary("the names that callers' ids are read by").description(ABOUT);
  addCommand(names, app, {
    usage: "list",
    summary: "the names there are",
    teaches: "By the callers' ids.",
    examples: ["buddy names list"],
    exits: [EXIT.ok],
    args: noArguments,
    options: z.object({}),
    run: async (session) => {
      const { paint, columns } = session.context;
      show(session, await session.api.names(), (list) =>
        list.names.length === 0
          ? ["No caller has a name: each is shown by its id."]
          : table(
              [{ head: "NAME" }, { head: "ID" }, { head: "GIVEN BY", shrink_to: 8 }],
              list.names.map(({ caller, name, by }) => [name, caller, by]),
              { width: columns, paintHead: paint.dim },
            ),
      );
      return EXIT.ok;
    },
  });
  addCommand(names, app, {
    usage: "set <caller>",
    summary: "give a caller's id a name",
    teaches: `In place of the one before. The id is what the caller's token says in its "sub", and what requests and executions show.
A name that could be taken for another caller's is refused.`,
    examples: ['buddy names set 7fa3kq2v9example --name "Sales desk"'],
    exits: [EXIT.ok, EXIT.refused],
    flags: [{ flags: "--name <name>", says: "what people read (needed)" }],
    args: oneArgument,
    options: z.object({ name: text }),
    run: async (session, [caller], { name }) => {
      show(session, await session.api.nameCaller(caller, name), ({ named }) => [
        `${named.caller} is read as ${named.name}.`,
      ]);
      return EXIT.ok;
    },
  });
  addCommand(names, app, {
    usage: "remove <caller>",
    summary: "show a caller by its id alone again",
    teaches: "What was shown under the name is shown under the id.",
    examples: ["buddy names remove 7fa3kq2v9example"],
    exits: [EXIT.ok, EXIT.not_found],
    args: oneArgument,
    options: z.object({}),
    run: async (session, [caller]) => {
      show(session, await session.api.unnameCaller(caller), ({ removed }) => [`${removed} has no name any more.`]);
      return EXIT.ok;
    },
  });
};
