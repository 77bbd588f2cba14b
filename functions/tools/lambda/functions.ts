import type { Functions } from "../../../shared/ports/functions.ts";

/** The means by which a function that reads asks functions of the team. */
export type ReadingFunctions = {
  readonly reads: Functions;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** The means that a function which acts is given: invocations that are made once and never by themselves again. */
export type ActingFunctions = ReadingFunctions & { readonly acts: Functions };

/** Functions whose client is loaded when the first is invoked: who has no such tool never pays for the library. */
export const functionsWhenNeeded = (load: () => Promise<Functions>): Functions => {
  let loaded: Promise<Functions> | undefined;
  return {
    invoke: async (...asked) => {
      loaded ??= load();
      return (await loaded).invoke(...asked);
    },
  };
};

const unreached: Functions = {
  invoke: async (function_name) => ({
    kind: "not_sent",
    error: `${function_name} was not called: functions of AWS are called by a deployment only`,
  }),
};

/** For where there are none: whatever is asked is not sent. */
export const noFunctions: ActingFunctions = { reads: unreached, acts: unreached, now: Date.now };
