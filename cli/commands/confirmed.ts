import { CliError } from "../client/problem.ts";
import { EXIT } from "../exit-codes.ts";
import { type Session, say } from "../session.ts";

type Shown = { readonly lines: readonly string[]; readonly question: string; readonly yes: boolean };

/** Shows what waits for a second person, and asks for their yes unless it stands on the line. */
export const isConfirmed = async (session: Session, { lines, question, yes }: Shown): Promise<boolean> => {
  const { context } = session;
  for (const line of lines) say(session, line);
  if (yes) return true;
  if (context.interactive) return context.prompts.confirm(question);
  throw new CliError("it would be confirmed, and nobody can be asked here", EXIT.usage, {
    remedy: "look at what stands above, and add --yes if that is what you want",
  });
};
