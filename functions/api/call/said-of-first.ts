import { isSamePerson } from "../../../shared/plan/same-person.ts";
import type { AskForCall } from "./ask-for-call.ts";
import type { LoadedCall } from "./load-call.ts";

/** How a request came to the call that answers it, and what its reply says of that. */
export type Made = { readonly attached: boolean; readonly says: (loaded: LoadedCall, request: AskForCall) => string[] };

/** Whether the first request said something else that holds. */
const differs = ({ execution, step }: LoadedCall, { call }: AskForCall): boolean =>
  (call.confidence !== undefined && call.confidence !== step.confidence) ||
  Object.entries(call.config ?? {}).some(([name, value]) =>
    Object.entries(execution.config).some(([other, held]) => other === name && held !== value),
  );

const wasAskedFor = ({ execution }: LoadedCall): string =>
  `the same call was asked for at ${execution.submitted_at} and is answered here`;

const FIRST_HOLDS = "its confidence and config hold, not those of this request";

export const NEW: Made = { attached: false, says: () => [] };
export const AS_BEFORE: Made = {
  attached: false,
  says: (loaded, request) => (differs(loaded, request) ? [`${wasAskedFor(loaded)}: ${FIRST_HOLDS}`] : []),
};
export const ATTACHED: Made = {
  attached: true,
  says: (loaded, request) => {
    const { execution } = loaded;
    const { submitter } = request;
    return [
      differs(loaded, request) ? `${wasAskedFor(loaded)}: ${FIRST_HOLDS}` : wasAskedFor(loaded),
      ...(isSamePerson(execution.submitted_by, submitter) ? [] : [ANOTHERS]),
    ];
  },
};

const ANOTHERS =
  "another submitted it: you are one of its submitters from now on, and where four eyes are asked for, nobody who approves it";
