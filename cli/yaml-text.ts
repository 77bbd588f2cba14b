import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, type Node, type Pair, parseDocument } from "yaml";
import { NotWrittenOut } from "./not-written-out.ts";

/** About how many characters of JSON a part is, and how many of these stand where an alias was. */
type Size = { readonly characters: number; readonly named: number };

/** Whatever is anchored so far, by its name; its size is not known before its end. */
type Anchored = { readonly node: Node; size?: Size };

/** A part as it is written out. */
type Written = { readonly node: unknown; readonly size: Size };

/**
 * Puts what an alias names in place of each alias, and what a map merges in place of `<<`. The library would look through
 * the whole document for each alias, and make what is merged anew at every level of it. How large it becomes is known
 * before any of it is made: a few lines may name one another into more than there is memory for.
 */
class WrittenOut {
  readonly #most: number;
  readonly #anchored = new Map<string, Anchored>();

  constructor(most: number) {
    this.#most = most;
  }

  of(given: unknown): Written {
    if (isAlias(given)) return this.#named(given.source) ?? { node: given, size: { characters: 0, named: 0 } };
    const anchored = this.#noted(given);
    const size = isCollection(given)
      ? this.#within(given)
      : { characters: isScalar(given) ? String(given.value).length + 1 : 0, named: 0 };
    if (anchored !== undefined) anchored.size = size;
    return { node: given, size };
  }

  #noted(node: unknown): Anchored | undefined {
    if (!(isScalar(node) || isCollection(node)) || node.anchor === undefined) return undefined;
    const anchored: Anchored = { node };
    this.#anchored.set(node.anchor, anchored);
    return anchored;
  }

  /** Undefined for a name that is no anchor: the library says so. */
  #named(name: string): Written | undefined {
    const found = this.#anchored.get(name);
    if (found === undefined) return undefined;
    const { node, size } = found;
    if (size !== undefined) return { node, size: { ...size, named: size.characters } };
    throw new NotWrittenOut(
      `has the alias *${name} inside of what it stands for, which has no end then`,
      "put that part under components, and name it by $ref, which may lead back to where it stands",
    );
  }

  #within(node: { items: unknown[] }): Size {
    const size = { characters: 2, named: 0 };
    const part = (given: unknown): unknown => {
      const written = this.of(given);
      size.characters += written.size.characters + 1;
      size.named += written.size.named;
      this.#hold(size);
      return written.node;
    };
    for (const [index, item] of node.items.entries()) {
      if (isPair(item)) {
        item.key = part(item.key);
        item.value = part(item.value);
      } else node.items[index] = part(item);
    }
    if (isMap(node) && node.items.some(isMerge)) node.items = merged(node.items);
    return size;
  }

  #hold({ named }: Size): void {
    if (named <= this.#most) return;
    throw new NotWrittenOut(
      `has aliases (*name) that stand for more than ${this.#most} characters`,
      "write a part that is used again and again once, under components, and name it by $ref; or keep only the paths that you want",
    );
  }
}

/** The library has a symbol for the key of a merge that is one, and not a text of these two signs. */
const isMerge = ({ key }: Pair): boolean => isScalar(key) && typeof key.value === "symbol";

/** The pairs of a map with those that it merges, of which none goes before a pair that is there or was merged earlier. */
const merged = (pairs: readonly Pair[]): Pair[] => {
  const own = new Set(pairs.filter((pair) => !isMerge(pair)).map(nameOf));
  return pairs.flatMap((pair) => {
    const sources = isMerge(pair) ? (isSeq(pair.value) ? pair.value.items : [pair.value]) : [];
    // The library refuses what is no map.
    if (!isMerge(pair) || !sources.every(isMap)) return [pair];
    return sources.flatMap(({ items }) =>
      items.filter((each) => {
        const name = nameOf(each);
        const isNew = !own.has(name);
        own.add(name);
        return isNew;
      }),
    );
  });
};

/** As a field of JSON is called; a key that is no single value is like no other. */
const nameOf = ({ key }: Pair): unknown => (isScalar(key) ? String(key.value ?? "") : key);

/**
 * The value that a text in YAML stands for, with everything that it merges and names by aliases in it.
 *
 * @throws NotWrittenOut where its aliases stand for more than `most` characters; whatever the library throws for what is
 * no YAML
 */
export const valueOfYaml = (text: string, most: number): unknown => {
  const document = parseDocument(text, { merge: true });
  // A tag that nobody knows would become some text in silence.
  const [wrong] = [...document.errors, ...document.warnings];
  if (wrong !== undefined) throw wrong;
  new WrittenOut(most).of(document.contents);
  return document.toJS({ maxAliasCount: -1 });
};
