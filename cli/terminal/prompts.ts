import type { Choice, Prompts } from "../context.ts";

/** Most runs ask nothing, and are quicker for not loading what asks. */
const asking = () => import("@inquirer/prompts");

type Terminal = { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream };
type Key = { readonly name?: string; readonly ctrl?: boolean } | undefined;
type Where = Terminal & { readonly signal: AbortSignal };

/**
 * A question that its person leaves by Ctrl-D ends like one that is left by Ctrl-C. The library would wait for ever: it
 * closes the line and hears nothing of it. Within a text that was begun, Ctrl-D takes a sign away and closes nothing.
 */
const untilLeft = async <Answer>(terminal: Terminal, ask: (where: Where) => Promise<Answer>): Promise<Answer> => {
  const left = new AbortController();
  const heard = (_text: string, key: Key): void => {
    if (key?.ctrl !== true || key.name !== "d") return;
    setImmediate(() => {
      if (terminal.input.isPaused()) left.abort();
    });
  };
  terminal.input.on("keypress", heard);
  try {
    return await ask({ ...terminal, signal: left.signal });
  } finally {
    terminal.input.off("keypress", heard);
  }
};

const choicesOf = <Value extends string>(choices: readonly Choice<Value>[]) =>
  choices.map(({ name, value, description }) => ({
    name,
    value,
    ...(description === undefined ? {} : { description }),
  }));

export const promptsOn = (terminal: Terminal): Prompts => ({
  select: async (message, choices) => {
    const { select } = await asking();
    return untilLeft(terminal, (where) => select({ message, choices: choicesOf(choices) }, where));
  },
  pick: async (message, choices) => {
    const { checkbox } = await asking();
    return untilLeft(terminal, (where) => checkbox({ message, choices: choicesOf(choices), pageSize: 15 }, where));
  },
  input: async (message, required) => {
    const { input } = await asking();
    return untilLeft(terminal, (where) => input({ message, required }, where));
  },
  confirm: async (message) => {
    const { confirm } = await asking();
    return untilLeft(terminal, (where) => confirm({ message, default: false }, where));
  },
  secret: async (message) => {
    const { password } = await asking();
    return untilLeft(terminal, (where) => password({ message, mask: true }, where));
  },
  editor: async (message, text) => {
    const { editor } = await asking();
    const asked = { message, default: text, postfix: ".json", waitForUserInput: false };
    return untilLeft(terminal, (where) => editor(asked, where));
  },
});

/** Questions on stderr, so that stdout stays what a command prints. */
export const terminalPrompts: Prompts = promptsOn({ input: process.stdin, output: process.stderr });
