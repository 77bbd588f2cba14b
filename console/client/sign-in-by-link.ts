import { answerInTime, lifeOf, type Session, type SignedOut } from "./session.ts";

/** The code behind the `#` of the link that was opened; it is out of the address before anything else happens. */
export const takeLinkCode = (): string | null => {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (location.hash !== "") history.replaceState(history.state, "", location.pathname + location.search);
  return code;
};

/** Exchanges the code of a link, once. */
export const signInByLink = async (code: string): Promise<Session | SignedOut> =>
  sessionFrom(
    await answerInTime("/local/sign-in/code", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code }),
    }),
  );

/** The code of a link that somebody pasted, or the code itself. */
export const codeIn = (pasted: string): string => pasted.trim().replace(/^.*#code=/u, "");

const sessionFrom = async (response: Response): Promise<Session | SignedOut> => {
  const answer: { token: string; name: string; seconds: number; detail?: string } = await response.json();
  if (!response.ok) return { why: answer.detail ?? `the server answered ${response.status}` };
  const { token, name, seconds } = answer;
  const renew = async (): Promise<Session | SignedOut> =>
    sessionFrom(
      await answerInTime("/local/sign-in/renew", { method: "POST", headers: { authorization: `Bearer ${token}` } }),
    );
  return { name, token, ...lifeOf(seconds), renew };
};
