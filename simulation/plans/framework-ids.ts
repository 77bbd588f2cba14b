import type { Sketch } from "./executions.ts";

/** Forms of ids as frameworks make them; some differ only after thousands of characters, or are hashed for their signs. */
const FORMS: readonly ((id: string) => string)[] = [
  (id) => `call_${id}|fc_${id}`,
  (id) => `call_thought__${"QUJD".repeat(1_100)}${id}`,
  (id) => `-${id}/+=`,
  (id) => `schritt ${id} für #${id}`,
];

/** The same plans, with the ids of their steps as a framework would have made them. */
export const frameworkIds = (sketch: Sketch, n: number): Sketch => {
  const form = FORMS[n % FORMS.length] ?? String;
  return {
    ...sketch,
    plans: sketch.plans.map((steps) =>
      steps.map(({ id, from, after, ...step }) => ({
        ...step,
        id: form(id),
        ...(from === undefined ? {} : { from: form(from) }),
        ...(after === undefined ? {} : { after: after.map(form) }),
      })),
    ),
  };
};
