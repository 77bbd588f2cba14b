import regjsparser, { type RootNode } from "regjsparser";

const FEATURES = { lookbehind: true, namedGroups: true, unicodePropertyEscape: true, modifiers: false } as const;
type Node = RootNode<typeof FEATURES>;

/** Letters before digits before signs, and some of other scripts for classes that leave those out. */
const SIGNS = [..."abcxyzABC012 9_-.,:;/@+=#!?%&*()[]{}<>|~^$'\"\\`\n\té中🙂"];

/**
 * Repetitions of repetitions grow past all bounds, and so do references to groups that refer; no text that anybody looks
 * at takes as many parts, each letter that a reference repeats among them.
 */
const MOST_PARTS = 20_000;

/**
 * A text made along a pattern: the first way of each choice, each repetition as often as it must and `more` times, if
 * it may. Looks ahead and back are not heeded, so what comes out need not match. Undefined where nothing comes out.
 */
export const textAlong = (pattern: string, flags: "u" | "", more: number): string | undefined => {
  const groups = new Map<string | number, string>();
  let opened = 0;
  let parts = 0;
  const write = (node: Node): string | undefined => {
    parts += 1;
    if (parts > MOST_PARTS) return undefined;
    switch (node.type) {
      case "alternative":
        return row(node.body);
      case "disjunction":
        return node.body.map(write).find((text) => text !== undefined && text !== "") ?? "";
      case "value":
        return String.fromCodePoint(node.codePoint);
      case "quantifier": {
        const times = Math.min(node.min + more, node.max ?? Number.POSITIVE_INFINITY);
        // Each takes a part at least: what has no room is not begun.
        return parts + times > MOST_PARTS ? undefined : row(Array.from({ length: times }, () => node.body[0]));
      }
      case "group": {
        if (node.behavior !== "normal") return node.behavior === "ignore" ? row(node.body) : "";
        opened += 1;
        const names = [opened, ...(node.name === undefined ? [] : [node.name.value])];
        const text = row(node.body);
        for (const name of names) groups.set(name, text ?? "");
        return text;
      }
      case "reference": {
        const text = groups.get(node.matchIndex ?? node.name?.value ?? 0) ?? "";
        parts += text.length;
        return parts > MOST_PARTS ? undefined : text;
      }
      case "anchor":
        return "";
      default: {
        const one = new RegExp(`^${node.raw}$`, flags);
        return SIGNS.find((sign) => one.test(sign));
      }
    }
  };
  const row = (nodes: readonly Node[]): string | undefined => {
    let made = "";
    for (const node of nodes) {
      const text = write(node);
      if (text === undefined) return undefined;
      made += text;
    }
    return made;
  };
  return write(regjsparser.parse(pattern, flags, FEATURES));
};
