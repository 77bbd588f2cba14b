type Part = { readonly what: string; readonly held: RegExp; readonly instead: string; readonly at_least: number };

/** The methods by which a schema of every format stays in a bundle that names none. */
const FORMATS: Part = {
  what: "methods of strings such as `email()`",
  held: /^ {4}\w+\(params\) \{\n {8}return this\.check\(core\._\w+\(Zod\w+, params\)\);\n {4}\},?\n/gm,
  instead: "",
  at_least: 10,
};

/** A count of values that hold themselves, which JSON does not. */
const MEMORY: Part = {
  what: "the memory of values that hold themselves",
  held: /core\.config\(\{ memoizer: core\.memoizer\(\) \}\)/g,
  instead: "core.config({})",
  at_least: 1,
};

/** Methods of schemas that no source here calls: each holds a kind of schema, or a way to check, that nobody has. */
export const UNUSED_METHODS = [
  ...["and", "or", "nonoptional", "prefault", "readonly", "brand", "register", "superRefine", "overwrite"],
  ...["isOptional", "isNullable", "apply", "validate", "validateAsync", "parseAsync", "safeParseAsync"],
  ...[
    "encode",
    "decode",
    "encodeAsync",
    "decodeAsync",
    "safeEncode",
    "safeDecode",
    "safeEncodeAsync",
    "safeDecodeAsync",
  ],
  // Of texts, numbers, lists and objects.
  ...["length", "nonempty", "lowercase", "uppercase", "slugify"],
  ...["gt", "gte", "lt", "lte", "negative", "nonpositive", "finite", "safe", "multipleOf", "step", "rest"],
  ...["required", "merge", "keyof", "safeExtend", "exactPartial", "catchall", "passthrough"],
] as const;
const methodsOf = (names: readonly string[]): Part[] =>
  names.map((name) => ({
    what: `a method "${name}"`,
    held: new RegExp(
      `^ {4}(?:async )?${name}(?:: (?:async )?function \\w+)?\\([^\\n]*\\) \\{\\n(?: {8}[^\\n]*\\n)+? {4}\\},?\\n`,
      "gm",
    ),
    instead: "",
    at_least: 1,
  }));

/** The helpers as a part of the whole library, which is an object with all of them; from their own module, those in use stay. */
const HELPERS: readonly Part[] = [
  {
    what: "imports of its helpers through the whole library",
    held: /^import \{ util \} from "\.\.\/core\/index\.js";$/gm,
    instead: 'import * as util from "../core/util.js";',
    at_least: 1,
  },
  { what: "uses of its helpers through the whole library", held: /\bcore\.util\./g, instead: "util.", at_least: 1 },
];

/** Functions made of text, which the content policy of a page forbids. */
const FUNCTIONS: Part = {
  what: "objects that turn themselves into functions",
  held: /core\.\$ZodObjectJIT\.init/g,
  instead: "core.$ZodObject.init",
  at_least: 1,
};

/** How a schema describes itself as JSON Schema: nobody asks one of a page. */
const DESCRIPTIONS: Part = {
  what: "descriptions of schemas",
  held: /^ {4}inst\._zod\.processJSONSchema = .*;\n/gm,
  instead: "",
  at_least: 10,
};

/** Methods that no schema of a page calls, and schemas of functions may. Schemas are made when a page loads them: one that is missed is missed then. */
const UNUSED_BY_PAGES = [
  "includes",
  "startsWith",
  "endsWith",
  "normalize",
  "toUpperCase",
  "catch",
  "with",
  "toJSONSchema",
  "describe",
  "loose",
  "strict",
] as const;

/** Ways to be asked as schemas of any library are, and other names of what a schema says: nobody asks so here. */
const INTERFACES: Part = {
  what: "ways to be asked as a schema of any library",
  held: /^ {4}[gs]et (?:"~standard"|spa|description|_def)\([^\n]*\n(?: {8}[^\n]*\n)+? {4}\},?\n/gm,
  instead: "",
  at_least: 2,
};

/** The text of a schema as a part of a longer one: no schema of a page is made of parts of a text. */
const PATTERNS: Part = {
  what: "patterns of what a schema takes",
  held: /^ {4}(?:inst\._zod\.pattern = [^\n]*;|util\.defineLazyInternal\(inst, "pattern", \(zod\) => (?:\{\n(?: {8}[^\n]*\n)+ {4}\}|[^\n{]*)\);)\n/gm,
  instead: "",
  at_least: 10,
};

/** The way back, from a value to what it was read of. */
const BACKWARD: Part = {
  what: "ways back from a value to what it was read of",
  held: /^ {8}if \(ctx\.direction === "backward"\) \{\n(?: {12}[^\n]*\n)+ {8}\}\n/gm,
  instead: "",
  at_least: 3,
};

/** Figures that a schema tells of its own checks, and a list without some of its words: no page asks for these. */
const FIGURES: readonly Part[] = [
  {
    what: "figures that a schema tells of its checks",
    held: /util\.derived\(\{\n(?: {4}[^\n]*\n)*?\}, \{/g,
    instead: "util.derived({}, {",
    at_least: 2,
  },
  {
    what: "ways to take words out of a list",
    held: /^ {4}inst\.exclude = [\s\S]*?^ {4}\};\n/gm,
    instead: "",
    at_least: 1,
  },
];

/** Other modules of zod, each with what no page uses of it. A schema that is made of what is left out fails when a page loads it. */
const PARTS_OF_PAGES = {
  "classic/errors.js": [
    {
      what: "ways to rearrange the issues of an error, which are read as they are",
      held: /^ {4}_lazyMethod\(proto, "format"[\s\S]*?^ {4}Object\.defineProperty\(proto, "isEmpty"[\s\S]*?^ {4}\}\);\n/gm,
      instead: "",
      at_least: 1,
    },
  ],
  "classic/iso.js": [
    {
      what: "formats beside that of a moment",
      held: /^export function (?:date|time|duration)\([^\n]*\n(?: {4}[^\n]*\n)+\}\n/gm,
      instead: "",
      at_least: 3,
    },
    { what: "other names of kinds of schemas", held: /^export \{ ZodISO.*\n/gm, instead: "", at_least: 1 },
  ],
  "classic/external.js": [
    { what: "the same names", held: /^export \{ ZodISO.*from "\.\/iso\.js";\n/gm, instead: "", at_least: 1 },
  ],
  "core/schemas.js": [INTERFACES, PATTERNS, BACKWARD],
  "locales/en.js": [
    {
      what: "words for formats beside that of a moment",
      held: /^ {8}(?!regex|datetime)\w+: "[^"]*",\n/gm,
      instead: "",
      at_least: 20,
    },
  ],
} as const satisfies Readonly<Record<string, readonly Part[]>>;
export type ModuleOfPages = keyof typeof PARTS_OF_PAGES;
export const MODULES_OF_PAGES: readonly ModuleOfPages[] = [
  "classic/errors.js",
  "classic/external.js",
  "classic/iso.js",
  "core/schemas.js",
  "locales/en.js",
];

/** @throws Error naming the part that a release of zod has under another name: without a word the bundle would keep it */
const without = (source: string, { what, held, instead, at_least }: Part, module = "classic/schemas.js"): string => {
  const found = source.match(held)?.length ?? 0;
  if (found < at_least) {
    throw new Error(
      `zod's ${module} has ${found} of ${what}, at least ${at_least} are expected: see how this release writes them, and change bundling/zod-parts.ts`,
    );
  }
  return source.replace(held, instead);
};

/** Zod's `classic/schemas.js` without what no bundle here uses. @throws Error as above */
export const withoutUnusedOf = (source: string): string =>
  [FORMATS, MEMORY, ...methodsOf(UNUSED_METHODS), ...HELPERS].reduce((text, part) => without(text, part), source);

/** The same source with schemas that stay what they are. @throws Error as above */
export const withoutFunctionsOfText = (source: string): string =>
  [FUNCTIONS, DESCRIPTIONS, INTERFACES, ...FIGURES, ...methodsOf(UNUSED_BY_PAGES)].reduce(
    (text, part) => without(text, part),
    source,
  );

/** Such a module without what no page uses of it. @throws Error as above */
export const withoutUnusedByPages = (module: ModuleOfPages, source: string): string =>
  PARTS_OF_PAGES[module].reduce((text: string, part) => without(text, part, module), source);
