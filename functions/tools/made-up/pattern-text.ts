import regjsparser, { type RootNode } from "regjsparser";

const FEATURES = { lookbehind: true, namedGroups: true, unicodePropertyEscape: true, modifiers: false } as const;
type Node = RootNode<typeof FEATURES>;

/** Letters before digits before signs, and some of other scripts for classes that leave those out. */
const SIGNS = [..."abcxyzABC012 9_-.,:;/@+=#!?%&*()[]{}<>|~^$'\"\\`\n\té中🙂"];

/** How much more may be written, in characters and in parts of a pattern that are looked at for them. */
export type Room = { left: number };

/** As many texts differ by their signs. */
export const TURNS = SIGNS.length;

/** How a text is made: `more` repetitions than there must be, and in another `turn` of other signs, one after the other. */
export type Along = { readonly more: number; readonly turn?: number };

/**
 * A text made along a pattern: the first way of each choice, or another in another turn, each repetition as often as it
 * must and `more` times, if it may. Looks ahead and back are not heeded, so what comes out need not match. Undefined where
 * nothing comes out, or more than there is room for: repetitions of repetitions, and references to groups with references,
 * grow past all bounds.
 */
export const textAlong = (
  pattern: string,
  flags: "u" | "",
  { more, turn = 0 }: Along,
  room: Room,
): string | undefined => {
  const groups = new Map<string | number, string>();
  let opened = 0;
  let written = 0;
  /** The first turn takes the first of all each time; another begins elsewhere, and one further each time. */
  const inTurn = <Each>(all: readonly Each[]): readonly Each[] => {
    if (turn === 0) return all;
    const from = (turn + written) % all.length;
    return [...all.slice(from), ...all.slice(0, from)];
  };
  const take = (text: string): string | undefined => {
    room.left -= text.length;
    return room.left < 0 ? undefined : text;
  };
  const write = (node: Node): string | undefined => {
    room.left -= 1;
    if (room.left < 0) return undefined;
    switch (node.type) {
      case "alternative":
        return row(node.body);
      case "disjunction":
        return (
          inTurn(node.body)
            .map(write)
            .find((text) => text !== undefined && text !== "") ?? ""
        );
      case "value":
        return String.fromCodePoint(node.codePoint);
      case "quantifier": {
        const times = Math.min(node.min + more, node.max ?? Number.POSITIVE_INFINITY);
        return times > room.left ? undefined : row(Array.from({ length: times }, () => node.body[0]));
      }
      case "group": {
        if (node.behavior !== "normal") return node.behavior === "ignore" ? row(node.body) : "";
        opened += 1;
        const names = [opened, ...(node.name === undefined ? [] : [node.name.value])];
        const text = row(node.body);
        for (const name of names) groups.set(name, text ?? "");
        return text;
      }
      case "reference":
        return take(groups.get(node.matchIndex ?? node.name?.value ?? 0) ?? "");
      case "anchor":
        return "";
      default: {
        const one = new RegExp(`^${node.raw}$`, flags);
        const sign = inTurn(SIGNS).find((each) => one.test(each));
        written += 1;
        return sign;
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
