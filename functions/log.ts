import type { Log } from "./deps.ts";

type Level = "info" | "warn" | "error";
const RANK: Record<Level, number> = { info: 0, warn: 1, error: 2 };

/** JSON lines on standard error, from `least` upwards: ids and reasons, never argument values. */
export const jsonLog = (least: Level, write: (line: string) => void): Log => {
  const at =
    (level: Level) =>
    (message: string, fields: Record<string, unknown> = {}): void => {
      if (RANK[level] < RANK[least]) return;
      write(`${JSON.stringify({ level, at: new Date().toISOString(), message, ...fields })}\n`);
    };
  return { info: at("info"), warn: at("warn"), error: at("error") };
};
