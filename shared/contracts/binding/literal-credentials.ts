import { isJsonObject, type Json } from "../../plan/json.ts";
import { pointerTo } from "../../plan/json-pointer.ts";
import { MASK } from "../../plan/mask.ts";

/** Words with which names of credentials end, as headers, fields, query values, options and labels write them. */
const NAMES =
  /(?:^|-)(?:authorization|cookie|pwd|passwd|password|passphrase|secret|token|credentials?|apikey|(?:access|api|app|auth|client|private|secret|subscription|license|account)-?key)$/;

/** Texts that are credentials whatever they are called: tokens of known makes, and JSON Web Tokens. */
const TEXTS =
  /(?:^|[^\w-])(?:gh[opsru]_\w{8,}|github_pat_\w{8,}|glpat-[\w-]{8,}|xox[abeoprs]-[\w-]{8,}|sk[-_](?:live|test|proj|ant)[-_][\w-]{8,}|AKIA[A-Z0-9]{12,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,})/;

/** Of a header: the scheme of a credential, and one behind it. */
const SCHEME = /^(?:bearer|basic|token|apikey|digest)\s+\S/i;

/** A place that is filled in later holds no credential yet. */
const PLACE = /\$?\{[^{}]*\}/;

const isName = (name: string): boolean => {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return NAMES.test(words);
};

/** Whether a text, by what it is called or what it looks like, is a credential that everybody who reads it has. */
const isCredential = (name: string, text: string): boolean =>
  text !== "" && !PLACE.test(text) && (isName(name) || TEXTS.test(text));

/** Whether the text of a header is a credential. */
const isCredentialHeader = (name: string, text: string): boolean => isCredential(name, text) || SCHEME.test(text);

type Found = { readonly path: string; readonly message: string };

const IN_A_HEADER = 'is a credential that every reader would have: keep it as a secret, and write {"secret": "name"}';
const IN_AN_ADDRESS =
  "has a credential in its query, which every reader would have: send it in a header, as a secret by its name";
const IN_A_TEXT = "is a credential that every reader would have: send it in auth or a header, as a secret by its name";
const IN_A_FIELD = 'is a credential that every reader would have: keep it as a secret, and fill in {"secret": "name"}';
const IN_AN_OPTION = "is a credential that every reader would have: name a secret in env";

const isInQuery = (address: string): boolean => {
  const [, query = ""] = /^https?:\/\/[^?#]*\?([^#]*)/.exec(address) ?? [];
  return query.split("&").some((pair) => {
    const [name = "", ...value] = pair.split("=");
    return isCredential(name, value.join("="));
  });
};

/** Fields whose text is the name of a secret, or what others have published. */
const LEFT = new Set(["secret", "pins", "env"]);
/** Fields below which every name is that of somebody else's field. */
const FILLED = new Set(["body", "form", "arguments"]);

/**
 * Every credential that is written out in a binding or a server where the name of a secret belongs, with its place. One
 * rule for all kinds: whatever holds text is looked at by what it is called.
 */
export const literalCredentials = (given: Json, at: string): Found[] => foundIn(given, { at, name: "", filled: false });

/** The same, with each of them masked, as readers see one that an earlier release took in clear. */
export const withoutCredentials = (given: Json): Json => {
  const written = new Set(literalCredentials(given, "").map(({ path }) => path));
  const masked = (value: Json, at: string): Json => {
    if (typeof value === "string" && written.has(at))
      return isInQuery(value) ? value.replace(/\?.*$/s, `?${MASK}`) : MASK;
    if (Array.isArray(value)) return value.map((each, index) => masked(each, pointerTo(at, index)));
    if (!isJsonObject(value)) return value;
    // A field of a page has its text below `$literal`, or as it is.
    return Object.fromEntries(
      Object.entries(value).map(([name, held]) => [name, masked(held, pointerTo(at, name))] as const),
    );
  };
  return written.size === 0 ? given : masked(given, "");
};

type Where = { readonly at: string; readonly name: string; readonly filled: boolean };

const foundIn = (value: Json, where: Where): Found[] => {
  const { at, name, filled } = where;
  if (typeof value === "string") {
    if (isInQuery(value)) return [{ path: at, message: IN_AN_ADDRESS }];
    return isCredential(name, value) ? [{ path: at, message: IN_A_TEXT }] : [];
  }
  if (Array.isArray(value)) {
    if (name === "args" && !filled) return value.flatMap((each, index) => optionFault(value, each, index, at));
    return value.flatMap((each, index) => foundIn(each, { ...where, at: pointerTo(at, index) }));
  }
  if (!isJsonObject(value)) return [];
  if (name === "headers" && !filled) return headersFaults(value, at);
  return [
    ...fieldFaults(value, at),
    ...Object.entries(value).flatMap(([field, held]) => {
      if (!filled && LEFT.has(field)) return [];
      const called = field === "$literal" ? name : field;
      return foundIn(held, { at: pointerTo(at, field), name: called, filled: filled || FILLED.has(field) });
    }),
  ];
};

const headersFaults = (headers: { readonly [name: string]: Json }, at: string): Found[] =>
  Object.entries(headers).flatMap(([name, text]) =>
    typeof text === "string" && isCredentialHeader(name, text)
      ? [{ path: pointerTo(at, name), message: IN_A_HEADER }]
      : [],
  );

/** A field of a page is known by the words that it is found by. */
const fieldFaults = ({ fill, value }: { readonly [name: string]: Json }, at: string): Found[] => {
  const text = isJsonObject(value) ? value.$literal : value;
  return typeof text === "string" && isJsonObject(fill) && Object.values(fill).some((word) => isFieldOf(word, text))
    ? [{ path: pointerTo(at, "value"), message: IN_A_FIELD }]
    : [];
};

const isFieldOf = (word: Json, value: string): boolean => typeof word === "string" && isCredential(word, value);

/** `--token=abc`, `--token abc`, `--header "Authorization: abc"` and addresses, as programs take them. */
const optionFault = (all: readonly Json[], given: Json, index: number, at: string): Found[] => {
  if (typeof given !== "string") return [];
  const before = all[index - 1];
  const [, name = "", text = ""] = /^(?:--?)?([\w-]+)(?:=|:\s*)(.+)$/.exec(given) ?? [];
  const follows = typeof before === "string" && /^--?[\w-]+$/.test(before) && !given.startsWith("-");
  const is =
    isCredential(name, text) ||
    isInQuery(given) ||
    isCredential(follows && typeof before === "string" ? before : "", given);
  return is ? [{ path: pointerTo(at, index), message: IN_AN_OPTION }] : [];
};
