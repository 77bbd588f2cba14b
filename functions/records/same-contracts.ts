import type { ToolContract } from "../../shared/contracts/tool-contract.ts";

/** Of the contracts' JSON: more than a thousand of the usual length. */
const MOST_CHARACTERS = 4_000_000;

/**
 * Makes the same contract the same object in every submission that pins it: what is made of its schemas, which takes as
 * long as a step of its tool, is made once then. By its whole text, so that a hash that somebody else computed is never
 * trusted. The one that was asked for longest ago goes first.
 */
export const sameContracts = (most = MOST_CHARACTERS) => {
  const known = new Map<string, ToolContract>();
  let characters = 0;
  const drop = (text: string): void => {
    if (known.delete(text)) characters -= text.length;
  };
  return {
    of: (contract: ToolContract): ToolContract => {
      const text = JSON.stringify(contract);
      const found = known.get(text) ?? contract;
      drop(text);
      known.set(text, found);
      characters += text.length;
      for (const oldest of known.keys()) {
        if (characters <= most) break;
        drop(oldest);
      }
      return found;
    },
    forget: (): void => {
      known.clear();
      characters = 0;
    },
  };
};
