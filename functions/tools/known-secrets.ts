import { noSecret, secretInWords } from "../../shared/contracts/bound/secrets-used.ts";
import { thrownText } from "../../shared/plan/cut-text.ts";
import { isJsonObject, type Json } from "../../shared/plan/json.ts";
import { MASK } from "../../shared/plan/mask.ts";
import { accept, type Result, refuse } from "../../shared/plan/result.ts";
import type { Secrets } from "../../shared/ports/secrets.ts";
import { type Writing, writingsOf } from "./writings-of-a-text.ts";

/** A shorter text occurs by chance: it could not be left out of records without making them unreadable. */
export const SHORTEST_SECRET = 8;

/**
 * So many texts that were made of secrets and are in use no more are left out of records, the newest: each that is looked
 * for makes every answer slower to read.
 */
const MOST_ENDED = 100;

/** Texts that must appear nowhere: every secret that was asked for here, and what was made of one. */
export type KnownSecrets = {
  /** The text of a secret, or in words why there is none. */
  ask(secrets: Secrets, name: string): Promise<Result<string, string>>;
  /** Something made of a secret, such as a token that it was exchanged for; without `isInUse` as lasting as a secret. */
  remember(text: string, isInUse?: () => boolean): void;
  /** The value with every known text in it replaced, names of fields included. */
  masked(value: Json): Json;
  maskedText(text: string): string;
};

const maskedBy = (text: string, expressions: readonly RegExp[]): string =>
  expressions.reduce((masked, expression) => masked.replace(expression, MASK), text);

const maskedValue = (value: Json, expressions: readonly RegExp[]): Json => {
  if (typeof value === "string") return maskedBy(value, expressions);
  if (Array.isArray(value)) return value.map((each) => maskedValue(each, expressions));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [maskedBy(name, expressions), maskedValue(field, expressions)]),
  );
};

export const knownSecrets = (): KnownSecrets => {
  /** By text, longest first: of one that holds another, the rest would else be left. */
  let known: readonly (readonly [text: string, writings: readonly Writing[]])[] = [];
  /** Texts that were made of a secret, the oldest first, and whether each is in use. */
  const made = new Map<string, () => boolean>();
  /** The expressions that may find something in a text, or in a value of which the text is the JSON. */
  const expressionsFor = (text: string): readonly RegExp[] =>
    known.flatMap(([, writings]) =>
      writings.flatMap(({ expression, needle }) => (text.includes(needle) ? [expression] : [])),
    );
  const maskedText = (text: string): string => maskedBy(text, expressionsFor(text));
  const masked = (value: Json): Json => maskedValue(value, expressionsFor(JSON.stringify(value)));
  const keep = (text: string): void => {
    if (text.length < SHORTEST_SECRET || known.some(([each]) => each === text)) return;
    const added = [text, writingsOf(text)] as const;
    known = [...known, added].toSorted(([one], [other]) => other.length - one.length);
  };
  const remember = (text: string, isInUse: () => boolean = () => true): void => {
    if (text.length < SHORTEST_SECRET) return;
    // One that is used again is among the newest.
    if (made.delete(text) || !known.some(([each]) => each === text)) made.set(text, isInUse);
    keep(text);
    if (made.size <= MOST_ENDED) return;
    const ended = [...made].flatMap(([each, isUsed]) => (isUsed() ? [] : [each]));
    for (const each of ended.slice(0, -MOST_ENDED)) {
      made.delete(each);
      known = known.filter(([one]) => one !== each);
    }
  };
  return {
    ask: async (secrets, name) => {
      const full = secretInWords({ family: secrets.family, name });
      const asked = await textOf(secrets, name, full);
      if (!asked.ok) return asked;
      const text = asked.value;
      if (text === undefined) return refuse(noSecret(full));
      if (text.length < SHORTEST_SECRET) {
        return refuse(`secret ${full} has fewer than ${SHORTEST_SECRET} characters, too few to be kept out of records`);
      }
      // A secret of its own is looked for as long as this goes on.
      made.delete(text);
      keep(text);
      return accept(text);
    },
    remember,
    masked,
    maskedText,
  };
};

/** Nothing has been sent yet, so that it cannot be told is a refusal like any other. */
const textOf = async (secrets: Secrets, name: string, full: string): Promise<Result<string | undefined, string>> => {
  try {
    return accept(await secrets.get(name));
  } catch (error) {
    return refuse(`secret ${full} cannot be read: ${thrownText(error)}`);
  }
};
