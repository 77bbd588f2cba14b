import type { Choice, Prompts } from "../context.ts";

/** Most runs ask nothing, and are quicker for not loading what asks. */
const asking = () => import("@inquirer/prompts");

type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean; setRawMode?(mode: boolean): unknown };
type Terminal = { readonly input: Input; readonly output: NodeJS.WritableStream };
type Key = { readonly name?: string; readonly ctrl?: boolean } | undefined;
type Where = Terminal & { readonly signal: AbortSignal };

/** The loop sees in its second turn at the latest what the terminal holds; the third is for one that is slower. */
const TURNS = 3;

/**
 * Throws away what was typed before the question stands there: nobody answers what they have not read. The library
 * waits for one turn of the loop only, which an answer of the server just before takes up. @throws an error as that of
 * Ctrl-C at a question, where it is among it
 */
const untyped = async ({ input }: Terminal): Promise<void> => {
  if (input.isTTY !== true) return;
  let isLeft = false;
  const heard = (typed: Buffer | string): void => {
    if (typed.toString().includes("\u0003")) isLeft = true;
  };
  // A line begun and not ended is held back by the terminal itself until then.
  input.setRawMode?.(true);
  input.on("data", heard);
  input.resume();
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((done) => setImmediate(done));
  input.off("data", heard);
  input.pause();
  if (!isLeft) return;
  input.setRawMode?.(false);
  throw Object.assign(new Error("left by Ctrl-C before the question"), { name: "ExitPromptError" });
};

/**
 * A question that its person leaves by Ctrl-D ends like one that is left by Ctrl-C. The library would wait for ever: it
 * closes the line and hears nothing of it. Within a text that was begun, Ctrl-D takes a sign away and closes nothing.
 */
const untilLeft = async <Answer>(terminal: Terminal, ask: (where: Where) => Promise<Answer>): Promise<Answer> => {
  await untyped(terminal);
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
  choices.map(({ name, value }) => ({ name, value }));

export const promptsOn = (terminal: Terminal): Prompts => ({
  select: async (message, choices) => {
    const { select } = await asking();
    // A digit takes the cursor to the choice of that number: so that number is shown.
    const asked = { message, choices: choicesOf(choices), theme: { indexMode: "number" as const } };
    return untilLeft(terminal, (where) => select(asked, where));
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
