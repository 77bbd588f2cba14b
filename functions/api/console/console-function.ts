import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { consoleConfig } from "./console-config.ts";
import { serveConsole } from "./serve-console.ts";
import { storedFiles } from "./stored-files.ts";

/**
 * The console behind an HTTP API. It reads nothing but its own files: what a page shows it asks of the other functions,
 * with its person's token.
 * @param folder where the files are
 * @param signIn how people sign in, as JSON
 */
export const consoleFunction = (folder: string, signIn: string) => {
  const app = new Hono();
  let files: ReturnType<typeof storedFiles> | undefined;
  serveConsole(app, {
    config: consoleConfig.parse({ sign_in: JSON.parse(signIn) }),
    files: () => {
      files ??= storedFiles(folder);
      return files;
    },
  });
  return handle(app);
};
