import type { Prompts } from "../context.ts";

/** Questions on stderr, so that stdout stays what a command prints. */
const where = { output: process.stderr };

/** Most runs ask nothing, and are quicker for not loading what asks. */
const asking = () => import("@inquirer/prompts");

export const terminalPrompts: Prompts = {
  select: async (message, choices) =>
    (await asking()).select(
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
  pick: async (message, choices) =>
    (await asking()).checkbox(
      { message, choices: choices.map(({ name, value }) => ({ name, value })), pageSize: 15 },
      where,
    ),
  input: async (message, required) => (await asking()).input({ message, required }, where),
  confirm: async (message) => (await asking()).confirm({ message, default: false }, where),
  secret: async (message) => (await asking()).password({ message, mask: true }, where),
  editor: async (message, text) =>
    (await asking()).editor({ message, default: text, postfix: ".json", waitForUserInput: false }, where),
};
