import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";

/** A note with the key of the call that added it. */
export type Note = { readonly key: string; readonly text: string };

/** The worker's own store: a file with a note in each line. */
export const notebook = (path: string) => {
  const notes = (): Note[] =>
    existsSync(path)
      ? readFileSync(path, "utf8")
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line))
      : [];
  return {
    notes,
    /** Once for each key, however often it is asked for. */
    add: (note: Note): void => {
      if (!notes().some(({ key }) => key === note.key)) appendFileSync(path, `${JSON.stringify(note)}\n`);
    },
    remove: (key: string): void => {
      const kept = notes().filter((note) => note.key !== key);
      writeFileSync(path, kept.map((note) => `${JSON.stringify(note)}\n`).join(""));
    },
  };
};
