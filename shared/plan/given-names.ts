import { z } from "zod";
import { digestOf } from "./digest.ts";

/**
 * Names that agents and their frameworks make up: ids of calls (`call_x|fc_y`, base64, some of them thousands of
 * characters long) and names of agents ("Research Agent", "Prüferin"). They are taken as they are, and kept so.
 */
export const MAX_WRITTEN_STEP_ID = 8_192;
export const MAX_AGENT_NAME = 256;

/** An execution's own id of a step is no longer, in bytes and so in characters. */
export const MAX_STEP_ID = 128;

/** Signs that nobody sees, that turn the direction of a line, or that end it: two names must not look like one. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u;

const PLAIN = /^[A-Za-z0-9_.:-]+$/;

/** Why a name cannot be taken, with what to do; undefined where nothing is wrong with it. */
const faultOf = (name: string): string | undefined => {
  if (PLAIN.test(name)) return undefined;
  const unseen = UNSEEN.exec(name)?.[0].codePointAt(0);
  if (unseen !== undefined) {
    const code = unseen.toString(16).toUpperCase().padStart(4, "0");
    return `holds the sign U+${code}, which cannot be seen or is taken for another; leave it out`;
  }
  if (name.trim() !== name) return "begins or ends with a blank, which nobody sees; leave it out";
  const composed = name.normalize("NFC");
  if (composed === name) return undefined;
  return `is not in Unicode's form NFC, so that another name can look the same; send it as ${JSON.stringify(composed.slice(0, 80))}`;
};

const givenName = (most: number, what: string) =>
  z
    .string()
    .min(1, { error: `is empty; ${what}` })
    .max(most)
    .refine((name) => faultOf(name) === undefined, {
      error: ({ input }) => (typeof input === "string" ? faultOf(input) : undefined),
    });

/** A step's id as a plan wrote it, on record. */
export const writtenStepId = givenName(MAX_WRITTEN_STEP_ID, "give each step an id of its own");

/** Every client takes these out of an address before it asks. */
const WAY_UP = /^\.{1,2}$/;

/** A step's id as a plan that is submitted writes it: one by which somebody can ask for the step. */
export const submittedStepId = writtenStepId.refine((name) => !WAY_UP.test(name), {
  error: "is read by addresses as a way up, so that nobody could ask for it; add a letter or a digit",
});

/** An agent's name, the same wherever it stands. */
export const agentName = givenName(MAX_AGENT_NAME, "name the agent");
/** The same on record, where it was looked at before. */
export const agentId = z.string().min(1);

/** Signs that an address, a key of the table or a line takes for its own: see `shortName`. */
const TAKEN = /[\s#%/?\\]/u;

/**
 * A step's id in its execution, on record: it stands in keys, addresses and lines, between signs that divide them.
 * Shorter and stricter than what plans may write.
 */
export const stepId = z
  .string()
  .min(1)
  .max(MAX_STEP_ID)
  .regex(/^[^\s#%/?\\]+$/u);

/** No name for an address, which reads it as a way up. */
const DOTS = /^\.+$/;

/** How much of a long name is kept to be recognised, in bytes: with the digest it stays below MAX_STEP_ID. */
const HEAD_BYTES = 48;
const DIGEST_LENGTH = 32;

const headOf = (name: string): string => {
  let [head, bytes] = ["", 0];
  for (const sign of name) {
    bytes += Buffer.byteLength(sign);
    if (bytes > HEAD_BYTES) return head;
    head += TAKEN.test(sign) ? "-" : sign;
  }
  return head;
};

/**
 * The one form of a name for keys, addresses and lines: itself where it is short and holds nothing that one of them
 * takes for its own, else its beginning, `~` and a digest of all of it. So plain names stay what they are, and names
 * that differ anywhere, in case alone or after thousands of characters, stay apart: but for a name that is written
 * like another's short name, which is refused where both stand in one submission (`assignStepIds`).
 */
export const shortName = (name: string): string => (isShort(name) ? name : shortened(name));

const isShort = (name: string): boolean => {
  if (name.length <= MAX_STEP_ID && PLAIN.test(name)) return !DOTS.test(name);
  return Buffer.byteLength(name) <= MAX_STEP_ID && !TAKEN.test(name) && !DOTS.test(name);
};

const shortened = (name: string): string => `${headOf(name)}~${digestOf("given-name", name).slice(0, DIGEST_LENGTH)}`;

/** The name by which an address asks for something: percent-encoded, it arrives as it was sent by any way. */
export const nameInPath = (name: string): string => (/[#%/?\\]|^\.+$/.test(name) ? shortName(name) : name);

/** Whether an address that says `asked` means the thing of that name. */
export const isAskedFor = (name: string, asked: string): boolean => asked === name || asked === shortName(name);
