import { renderRecordLine } from "../../shared/verification/record-line.ts";
import type { Api } from "../client/api.ts";

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
