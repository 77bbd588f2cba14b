import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { digestOfBytes } from "../../shared/plan/digest.ts";

const ASL_FILE = fileURLToPath(new URL("../../infra/workflow/orchestration.asl.json", import.meta.url));

/** A state machine as text, and the digest it is known by. */
export type Definition = { readonly text: string; readonly digest: string };

/** The state machine file: the one that is deployed, byte for byte, and its digest. */
export const readDefinition = async (): Promise<Definition> => {
  const text = await readFile(ASL_FILE, "utf8");
  return { text, digest: digestOfBytes(text) };
};
