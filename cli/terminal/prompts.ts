import { checkbox, confirm, editor, input, password, select } from "@inquirer/prompts";
import type { Prompts } from "../context.ts";

/** Questions on stderr, so that stdout stays what a command prints. */
const where = { output: process.stderr };

export const terminalPrompts: Prompts = {
  select: (message, choices) =>
    select(
      {
        message,
        choices: choices.map(({ name, value, description }) => ({
          name,
          value,
          ...(description === undefined ? {} : { description }),
        })),
      },
      where,
    ),
  pick: (message, choices) =>
    checkbox({ message, choices: choices.map(({ name, value }) => ({ name, value })), pageSize: 15 }, where),
  input: (message, required) => input({ message, required }, where),
  confirm: (message) => confirm({ message, default: false }, where),
  secret: (message) => password({ message, mask: true }, where),
  editor: (message, text) => editor({ message, default: text, postfix: ".json", waitForUserInput: false }, where),
};
