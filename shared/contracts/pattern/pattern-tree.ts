import type { RootNode } from "regjsparser";
import type { Fits } from "./program.ts";

/** A pattern as its parser gives it. */
export const FEATURES = { lookbehind: true, namedGroups: true, unicodePropertyEscape: true, modifiers: false } as const;
export type Node = RootNode<typeof FEATURES>;
export type GroupNode = Extract<Node, { type: "group" }>;
export type QuantifierNode = Extract<Node, { type: "quantifier" }>;

/** A pattern is looked at as the newer drafts say (`u`), or as the older ones did, where only that reads it. */
export type PatternFlags = "u" | "";

/** The groups that a pattern numbers, in the order in which they open. */
export const groupsIn = (node: Node): GroupNode[] => {
  switch (node.type) {
    case "disjunction":
    case "alternative":
    case "quantifier":
      return node.body.flatMap(groupsIn);
    case "group":
      return [...(node.behavior === "normal" ? [node] : []), ...node.body.flatMap(groupsIn)];
    default:
      return [];
  }
};

/** A class, an escape or a dot means what the engine says it means: asked of one character, it cannot take long. */
const fitsOf = (raw: string, flags: PatternFlags): Fits => {
  const alone = new RegExp(`^${raw}$`, flags);
  const ascii: (boolean | undefined)[] = [];
  const ask = (code: number): boolean => alone.test(String.fromCodePoint(code));
  return (code) => {
    if (code > 127) return ask(code);
    ascii[code] ??= ask(code);
    return ascii[code] ?? false;
  };
};

/** The class that one character must be of, where the node is one. */
export const singleOf = (node: Node, flags: PatternFlags): Fits | undefined => {
  switch (node.type) {
    case "value": {
      const { codePoint } = node;
      if (codePoint > 0xffff && flags === "") return undefined;
      return (code) => code === codePoint;
    }
    case "dot":
    case "characterClass":
    case "characterClassEscape":
    case "unicodePropertyEscape":
      return fitsOf(node.raw, flags);
    default:
      return undefined;
  }
};
