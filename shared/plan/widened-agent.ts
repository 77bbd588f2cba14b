import type { Agent } from "./agent.ts";
import { isSamePerson } from "./same-person.ts";
import { DEFAULT_CONFIDENCE } from "./tool-execution-plan.ts";

const permissions = (before: Agent, after: Agent): string[] => {
  const had = new Set(before.granted_permissions);
  return [...new Set(after.granted_permissions)]
    .filter((name) => !had.has(name))
    .map((name) => `permission ${name} is granted`);
};

/** An empty list means anybody. */
const submitters = ({ allowed_submitters: before }: Agent, { allowed_submitters: after }: Agent): string[] => {
  if (before.length === 0) return [];
  if (after.length === 0) return ["anybody may submit for it"];
  return after
    .filter((name) => !before.some((each) => isSamePerson(each, name)))
    .map((name) => `${name} may submit for it`);
};

/** How sure a step counts decides how high it may go, where its plan does not say. */
const confidence = (before: Agent, after: Agent): string[] => {
  const [was, is] = [before.default_confidence ?? DEFAULT_CONFIDENCE, after.default_confidence ?? DEFAULT_CONFIDENCE];
  return is > was ? [`a step that states no confidence counts with ${is} instead of ${was}`] : [];
};

/** The owner is kept from deciding about its calls, and only agents of one owner stand in for each other. */
const owner = ({ owner: was }: Agent, { owner: is }: Agent): string[] =>
  isSamePerson(was, is) ? [] : [`it is owned by ${is} instead of ${was}, who could not decide about its calls`];

/** The rights that an agent has by `after` and not by `before`, in words; empty when there are none. */
export const widenedBy = (before: Agent, after: Agent): string[] =>
  [permissions, submitters, confidence, owner].flatMap((guard) => guard(before, after));
