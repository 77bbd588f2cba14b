import { join } from "node:path";
import { RECORD_NAME, renderRecordLine } from "../../shared/verification/record-line.ts";
import type { Api } from "../client/api.ts";
import type { Context } from "../context.ts";

/** The record of an execution as one text, a line each, as `record.ndjson` holds it. */
export const fetchRecord = async (api: Api, id: string): Promise<string> => {
  const lines: string[] = [];
  for (let next: string | undefined; ; ) {
    const { value } = await api.record(id, next);
    for (const line of value.items) lines.push(`${renderRecordLine(line)}\n`);
    if (value.next === null) return lines.join("");
    next = value.next;
  }
};

/** Writes the record beside the artifacts, so that the folder can be verified without a server. @returns its name */
export const saveRecord = async (context: Context, api: Api, id: string, folder: string): Promise<string> => {
  await context.writeFile(join(folder, RECORD_NAME), Buffer.from(await fetchRecord(api, id)));
  return RECORD_NAME;
};
