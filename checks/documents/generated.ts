import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { withCostTables } from "../../bench/cost/document.ts";
import { ROOMS } from "../imports/rooms.ts";
import { projectFolder } from "../project-files.ts";
import { clientTypes } from "./client-types.ts";
import { eventDocuments } from "./events.ts";
import { roomDocument } from "./rooms.ts";
import { stateMachineDocument } from "./state-machine.ts";

export type GeneratedDocument = {
  /** From the project's folder. */
  readonly path: string;
  /** The text that the document should have now. */
  readonly write: () => Promise<string>;
};

/** Every document that is written by `npm run docs`; a check compares each with what it should say. */
export const generatedDocuments: readonly GeneratedDocument[] = [
  {
    path: "docs/state-machine.md",
    write: async () =>
      stateMachineDocument(await readFile(join(projectFolder, "infra/workflow/orchestration.asl.json"), "utf8")),
  },
  {
    path: "docs/scaling.md",
    write: async () => withCostTables(await readFile(join(projectFolder, "docs/scaling.md"), "utf8")),
  },
  { path: "clients/typescript/src/api.ts", write: async () => clientTypes() },
  ...eventDocuments,
  ...ROOMS.map((room) => ({ path: `${room.folder}README.md`, write: async () => roomDocument(room) })),
];

/** Paths of the documents that say something else than they should, or are missing. */
export const outdatedDocuments = async (): Promise<string[]> => {
  const compared = await Promise.all(
    generatedDocuments.map(async ({ path, write }) => {
      const stands = await readFile(join(projectFolder, path), "utf8").catch(() => undefined);
      return stands === (await write()) ? [] : [path];
    }),
  );
  return compared.flat();
};
