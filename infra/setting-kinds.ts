import { z } from "zod";
import { hostPatternFault } from "../shared/contracts/binding/allowed-hosts.ts";
import { addressKnownLater } from "./known-later.ts";

/** The days for which CloudWatch can keep a group of logs; a group that is kept for ever has no number of them. */
export const retentions = [
  ...([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365] as const),
  ...([400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] as const),
] as const;

/** `-c live_enabled=true` arrives as a string, cdk.json gives a boolean; anything else is refused, never guessed. */
export const flag = z.union([z.boolean(), z.stringbool({ truthy: ["true"], falsy: ["false"] })]);

/** `-c jwt_audience=a,b` arrives as one string, cdk.json gives a list; `[]` is a list too unless one is needed at `least`. */
export const list = <Item extends z.ZodType<string, string>>(item: Item, least = 0, most = Number.MAX_SAFE_INTEGER) =>
  z
    .union([z.array(z.string()), z.string().transform((text) => text.split(","))])
    .pipe(z.array(item).min(least).max(most));

/**
 * A list in which everything has a name, of which each is there once: a second one would be made beside the first under
 * the same name, or take its place without a word.
 */
export const named = (item: z.ZodType<string, string>, nameOf = (entry: string): string => entry) =>
  list(item).superRefine((entries, { addIssue }) => {
    const names = entries.map(nameOf);
    const twice = new Set(names.filter((name, place) => names.indexOf(name) !== place));
    for (const name of twice) addIssue({ code: "custom", params: { twice: name }, input: entries });
  });

/**
 * The lists of hosts and of networks that a function is told have room beside the rest of what Lambda lets it be told:
 * 4 KB.
 */
export const MAX_TOLD = 1_200;
export const told = <Item extends z.ZodType<string, string>>(item: Item) =>
  list(z.string().trim().pipe(item))
    .optional()
    .transform((items) => items ?? [])
    .superRefine((items, { addIssue }) => {
      if (items.join().length > MAX_TOLD)
        addIssue({ code: "too_big", origin: "string", maximum: MAX_TOLD, input: items });
    });

/** An authorizer of API Gateway takes no more. */
export const MAX_AUDIENCES = 50;
/** A client of Cognito takes 100, and the console's page is one of them. */
export const MAX_CALLBACKS = 99;

export const hostPattern = z.string().superRefine((pattern, { addIssue }) => {
  if (hostPatternFault(pattern) !== undefined) addIssue({ code: "invalid_format", format: "host", input: pattern });
});

/** One of https; parts of it may be known only at deployment. */
export const httpsAddress = addressKnownLater(z.url({ protocol: /^https$/ }));

/** Cognito sends people to no address with a fragment. */
export const callback = addressKnownLater(
  z
    .string()
    .regex(/^(https:\/\/[^\s#]+|http:\/\/localhost(:\d+)?(\/[^\s#]*)?)$/)
    .refine((text) => URL.canParse(text)),
);

/** As a browser writes it in `Origin`: in small letters, and without the port that everybody takes. */
export const pageOrigin = addressKnownLater(
  z
    .string()
    .regex(/^(https:\/\/[^/*\s]+|http:\/\/localhost(:\d+)?)$/)
    .refine((text) => URL.parse(text)?.origin === text),
);

/** The member's id of `U012AB3CD=alice`. */
export const memberOf = (pair: string): string => pair.slice(0, pair.indexOf("="));

/** A number, or a command line's text of one; neither an empty text nor a switch counts as one. */
export const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number),
]);
export const whole = number.pipe(z.number().int().min(1));
export const rate = number.pipe(z.number().positive());
export const days = number.pipe(z.number().int().min(1).max(36_500));
