/** Ctrl-C or Ctrl-D at a question, as the library that asks tells it: the person has left, and nothing failed. */
export const isInterruption = (error: unknown): boolean =>
  error instanceof Error && (error.name === "ExitPromptError" || error.name === "AbortPromptError");
