import type { Element, FoundElement, Looked, PageAction } from "../../../shared/ports/pages.ts";

type Seen = Extract<Looked, { kind: "seen" }>;
type Found = Seen["elements"][number];

/** `button "Next"`, as it is looked for. */
export const elementInWords = (element: Element): string => {
  switch (element.by) {
    case "role":
      return element.name === undefined ? element.role : `${element.role} ${JSON.stringify(element.name)}`;
    case "label":
      return `field labelled ${JSON.stringify(element.label)}`;
    case "selector":
      return element.selector.replace(/^css=/, "");
  }
};

/** `textbox "Work email"`, as it was found: the name under which a person knows it. */
export const foundInWords = ({ role, name }: FoundElement, element: Element): string =>
  name === "" ? `${role} ${elementInWords(element)}` : `${role} ${JSON.stringify(name)}`;

export const isFound = (found: Found | undefined): found is FoundElement =>
  found !== null && found !== undefined && "role" in found;

/** One action as an approver reads it. */
const actionInWords = (action: PageAction, found: Found | undefined): string | undefined => {
  if (action.kind !== "fill" && action.kind !== "click") return undefined;
  const { element } = action;
  const what = isFound(found)
    ? `${foundInWords(found, element)}${found.place === "" ? "" : ` in ${found.place}`}`
    : `${elementInWords(element)}, which is not on the page yet`;
  if (action.kind === "fill") return `fills ${what} with ${JSON.stringify(action.value)}`;
  return `clicks ${what}${action.dialogs === "accept" ? ", saying yes to what the page asks" : ""}`;
};

/** `on https://forms.example.com/ ("Sign up"): fills textbox "Work email" in form "Sign up" with "a@b.c"` */
export const visitInWords = (seen: Seen, actions: readonly PageAction[]): string => {
  const done = actions.flatMap((action, index) => actionInWords(action, seen.elements[index]) ?? []);
  const where = `on ${seen.address} (${JSON.stringify(seen.title)})`;
  return done.length === 0
    ? `looks at ${seen.address} (${JSON.stringify(seen.title)})`
    : `${where}: ${done.join("; ")}`;
};

/**
 * The element that keeps a call from being begun, in words. Those behind a click may be of the page that it leads to.
 */
export const missingElement = (seen: Seen, actions: readonly PageAction[]): string | undefined => {
  for (const [index, action] of actions.entries()) {
    const found = seen.elements[index];
    if (found !== null && found !== undefined && "missing" in found) return found.missing;
    if (action.kind === "click") return undefined;
  }
  return undefined;
};
