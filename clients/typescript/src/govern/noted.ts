import type { CallReply, Json } from "../api.ts";

/** Told to a model in place of an output alone, where there is more to know: a person changed the call, or it was only previewed. */
export type Noted = {
  readonly noted: true;
  /** The tool's own output. */
  readonly output: Json;
  /** In words for a model. */
  readonly notes: readonly string[];
};

/** A tool's own output may have any of these fields. */
export const isNoted = (value: unknown): value is Noted =>
  typeof value === "object" &&
  value !== null &&
  "noted" in value &&
  value.noted === true &&
  "output" in value &&
  "notes" in value &&
  Array.isArray(value.notes);

/** All that a reply says beside how the call stands; of one that was done, also that it was done otherwise than asked. */
export const notesOf = (reply: CallReply): readonly string[] => {
  const asAsked = reply.outcome !== "done" || (reply.mode === "LIVE" && !reply.made_up && reply.duplicate_of === null);
  return [...(asAsked ? [] : [reply.message]), ...reply.warnings];
};

export const inWords = (notes: readonly string[]): string => notes.map((note) => `Note: ${note}`).join("\n");

/** Words with the notes below them. */
export const withNotes = (words: string, notes: readonly string[]): string =>
  notes.length === 0 ? words : `${words}\n${inWords(notes)}`;

/** The same of an output, as a text. */
export const asNotedText = (output: unknown, notes: readonly string[]): string =>
  withNotes(typeof output === "string" ? output : JSON.stringify(output), notes);

/** The form in which the AI SDK and Mastra show an output to a model, with the notes at its end. */
export const shownWithNotes = (shown: unknown, notes: readonly string[]): unknown => {
  if (typeof shown !== "object" || shown === null || !("type" in shown) || !("value" in shown)) {
    return { type: "text", value: asNotedText(shown, notes) };
  }
  const { type, value } = shown;
  if (Array.isArray(value)) return { ...shown, value: [...value, { type: "text", text: inWords(notes) }] };
  return { ...shown, type: type === "json" ? "text" : type, value: asNotedText(value, notes) };
};
