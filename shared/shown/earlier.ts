import { type Called, NOBODY_NAMED, nameWithId } from "../plan/called.ts";

type Step = { readonly execution_id: string; readonly step_id: string };
type Earlier = Step & {
  readonly status: string;
  readonly decided_by: string | null;
  readonly decided_at: string | null;
};

/** The end of another request about the same call, in words for a person who decides now. */
export const earlierInWords = (
  asked: Step,
  { execution_id, step_id, status, decided_by, decided_at }: Earlier,
  called: Called = NOBODY_NAMED,
): string => {
  const own = asked.execution_id === execution_id && asked.step_id === step_id;
  const subject = own ? "this call" : "the same call";
  if (status === "open") return `${subject} is being asked about as step ${step_id}`;
  const who = decided_by === null ? "nobody" : nameWithId(called, decided_by);
  return `${subject} was ${status} by ${who} at ${decided_at ?? "no time"}`;
};

type Telling = { readonly earlier_decisions?: readonly { readonly approval_id: string; readonly status: string }[] };

/** Whether two looks at one request tell the same of the same call elsewhere: no digest covers that. */
export const tellTheSame = (one: Telling, other: Telling): boolean => told(one) === told(other);

const told = ({ earlier_decisions = [] }: Telling): string =>
  earlier_decisions.map(({ approval_id, status }) => `${approval_id} ${status}`).join();
