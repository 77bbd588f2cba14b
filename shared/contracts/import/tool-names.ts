import { digestOf } from "../../plan/digest.ts";
import { identifier } from "../../plan/tool-execution-plan.ts";

const LONGEST = 128;
/** The rest of a long name has room for a mark of its own: eight digits of the digest of the whole. */
const MARK = 8;

/** The name with a mark of its original, by which it is told from every other. */
export const marked = (name: string, original: string): string =>
  `${name.slice(0, LONGEST - MARK - 1)}_${digestOf("tool-name", original).slice(0, MARK)}`;

const asIdentifier = (original: string): string => {
  if (identifier.safeParse(original).success) return original;
  const plain = original
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^A-Za-z0-9_.:-]+/g, "_")
    .replace(/^[^A-Za-z0-9]+/, "")
    .replace(/_+$/, "");
  if (plain === "") return marked("tool", original);
  return plain.length > LONGEST ? marked(plain, original) : plain;
};

/**
 * The name of each tool of an import here, in the order of the originals: by its own name wherever that can be one.
 * Of names that are alike but for their case, or that become alike, each gets a mark made of its original, unless it is
 * its original.
 */
export const toolNames = (originals: readonly string[]): string[] => {
  const wanted = originals.map((original) => ({ original, name: asIdentifier(original) }));
  const alike = Map.groupBy(wanted, ({ name }) => name.toLowerCase());
  return wanted.map(({ original, name }) => {
    const others = new Set((alike.get(name.toLowerCase()) ?? []).map((each) => each.original));
    if (others.size < 2 || (name === original && !clashes(name, others))) return name;
    return marked(name, original);
  });
};

/** Whether another original differs from this one in nothing but case: some systems take them for one. */
const clashes = (name: string, others: ReadonlySet<string>): boolean =>
  [...others].some((other) => other !== name && other.toLowerCase() === name.toLowerCase());
