import { join } from "node:path";
import { consoleFunction } from "./console/console-function.ts";

export const handler = consoleFunction(
  join(import.meta.dirname, "console"),
  process.env.CONSOLE_SIGN_IN ?? '{"kind":"none"}',
);
