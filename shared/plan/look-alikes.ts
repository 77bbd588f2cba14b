/**
 * Letters that look like a Latin letter or a digit, in the small form that `toLowerCase` gives them, after the letter
 * that stands for all of them. After Unicode's list of confusable characters (UTS 39), as far as whole names can be
 * written with it; what is not here and stands among Latin letters is taken for any letter at all.
 */
const LIKE: Readonly<Record<string, string>> = {
  a: "аαɑ",
  b: "ьƅвβ",
  c: "сϲ",
  d: "ԁđɗժ",
  e: "еєҽε",
  f: "ƒϝք",
  g: "ɡցԍ",
  h: "һհħн",
  i: "іιɩ",
  j: "јϳյȷ",
  k: "кκҝ",
  l: "ӏɭł1|",
  m: "м",
  n: "ոռŋ",
  o: "оοօø0",
  p: "рρƿ",
  q: "ԛգզ",
  r: "ɾᴦ",
  s: "ѕʂꜱ",
  t: "тτŧ",
  u: "ʋս",
  v: "ѵ",
  w: "ԝѡա",
  x: "хχ×",
  y: "уүყ",
  z: "ᴢʐζ",
  "-": "‐‑‒–—―−_",
  "'": "’‘`´ʼʹ",
  ".": "․·。",
};

const standsFor: ReadonlyMap<string, string> = new Map(
  Object.entries(LIKE).flatMap(([letter, alike]) => [...alike].map((each): [string, string] => [each, letter])),
);

/** Letters whose capital looks like one Latin letter and whose small form like another: N and v, H and n. */
const EITHER = new Set("ηνυσμγгпцωш");

/** Several letters that are read as one. */
const TOGETHER: readonly (readonly [RegExp, string])[] = [
  [/rn/gu, "m"],
  [/vv/gu, "w"],
  [/ß/gu, "ss"],
  [/æ/gu, "ae"],
  [/œ/gu, "oe"],
];

/** Marks over and under letters of the European alphabets; those of others make the letter what it is. */
const MARKS = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu;

/** Alphabets whose letters can pass for Latin ones. */
const EUROPEAN =
  /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Lisu}\p{Script=Coptic}\p{Script=Georgian}]/u;

type Skeleton = readonly (string | null)[];

/**
 * The looks of a name, letter by letter; null for a letter that may pass for any. Two of them where the name has a
 * capital I, which is read as an i or as an l.
 */
export const skeletonsOf = (name: string): Skeleton[] => {
  const text = name.normalize("NFKC");
  return [...new Set([text, text.replaceAll("I", "l")])].map(skeletonOf);
};

const skeletonOf = (text: string): Skeleton => {
  const small = [...text.normalize("NFD").replaceAll(MARKS, "")]
    .map((letter) => letter.toUpperCase().toLowerCase())
    .join("")
    .replaceAll(/\s+/gu, " ")
    .trim();
  const plain = [...small].map((letter) => standsFor.get(letter) ?? letter).join("");
  const read = TOGETHER.reduce((shown, [several, one]) => shown.replaceAll(several, one), plain);
  const foreign = (letter: string): boolean => letter > "~" && EUROPEAN.test(letter);
  // A name all in another alphabet is that alphabet's, unless every letter of it can be read as a Latin one.
  const mayPass = /[a-z]/u.test(small) || [...read].every((letter) => !foreign(letter) || EITHER.has(letter));
  return [...read].map((letter) => (mayPass && foreign(letter) ? null : letter));
};
