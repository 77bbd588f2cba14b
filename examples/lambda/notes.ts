import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

/**
 * The tool note_keep as a Lambda function of one's own: a note is an object in the bucket of NOTES_BUCKET. Deployed twice:
 * as `notes`, which does everything, and with ONLY_READS=1 as `notes-read`, whose role may read the bucket and no more.
 * docs/tools.md, "Functions of your own in AWS", says what is asked and what is answered.
 *
 * Two things matter: a call is done once for each idempotency key, and one whose deadline is over is not begun.
 */
type Question = {
  readonly rung: "preview" | "preview_undo" | "call" | "undo" | "look_up";
  readonly side: "forward" | "compensation";
  readonly arguments: { readonly text: string };
  readonly idempotency_key: string;
  /** Of an undoing: the key of the call that it undoes. */
  readonly undoes: string | null;
  readonly deadline: string;
};
type Answer =
  | { readonly outcome: "committed"; readonly output?: unknown }
  | { readonly outcome: "rejected" | "indeterminate"; readonly error: string };

const { NOTES_BUCKET: Bucket = "", ONLY_READS } = process.env;
const store = new S3Client({});

const keyOf = (call: string): string => `notes/${call}.txt`;

/** The text of a note, by the key of the call that kept it; undefined where there is none. */
const noteOf = async (call: string): Promise<string | undefined> => {
  try {
    const { Body } = await store.send(new GetObjectCommand({ Bucket, Key: keyOf(call) }));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
};

const changing = (from: string | undefined, to: string | undefined) => ({
  changes: from === to ? [] : [{ record: "notes", field: "text", old: from ?? null, new: to ?? null }],
});

export const handler = async (asked: Question): Promise<Answer> => {
  const { rung, side, idempotency_key, undoes } = asked;
  const acts = rung === "call" || rung === "undo";
  if (acts && ONLY_READS === "1") return { outcome: "rejected", error: "this function only reads" };
  if (acts && Date.parse(asked.deadline) <= Date.now()) {
    return { outcome: "rejected", error: "it came too late to begin" };
  }
  switch (rung) {
    case "preview":
      return { outcome: "committed", output: changing(undefined, asked.arguments.text) };
    case "call":
      await store.send(new PutObjectCommand({ Bucket, Key: keyOf(idempotency_key), Body: asked.arguments.text }));
      return { outcome: "committed", output: { kept: keyOf(idempotency_key) } };
    case "preview_undo":
      return {
        outcome: "committed",
        output: changing(undoes === null ? undefined : await noteOf(undoes), undefined),
      };
    case "undo":
      if (undoes !== null) await store.send(new DeleteObjectCommand({ Bucket, Key: keyOf(undoes) }));
      return { outcome: "committed" };
    case "look_up": {
      const call = side === "forward" ? idempotency_key : undoes;
      if (call === null) return { outcome: "indeterminate", error: "it is not said which call is meant" };
      const stands = (await noteOf(call)) !== undefined;
      return stands === (side === "forward")
        ? { outcome: "committed" }
        : { outcome: "rejected", error: side === "forward" ? "no note was kept" : "the note still stands" };
    }
  }
};
