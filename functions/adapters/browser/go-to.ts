import type { SecretFamily } from "../../../shared/contracts/binding/secret-family.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { SignIn, Visit } from "../../../shared/ports/pages.ts";
import type { Deadline } from "./deadline.ts";
import { isTimeout, locate, onlyOne } from "./elements.ts";
import type { OpenPage } from "./open-page.ts";
import { wordsOf } from "./words.ts";

/** Pictures that are slow are not waited for longer than this. */
const LOADING_MS = 3_000;

const withoutHash = (address: string): string => address.replace(/#.*$/, "");

export const isAt = ({ page }: OpenPage, address: string): boolean => withoutHash(page.url()) === withoutHash(address);

/** A page that shows something. */
export const isBlank = ({ page }: OpenPage): boolean => page.isClosed() || !/^https?:/.test(page.url());

/** Opens the address, unless the page is there. In words why it cannot be. */
export const goTo = async (open: OpenPage, address: string, deadline: Deadline): Promise<Result<null, string>> => {
  if (isAt(open, address)) return accept(null);
  open.proxy.sends("freely");
  try {
    const response = await open.page.goto(address, { waitUntil: "domcontentloaded", timeout: deadline.left() });
    const status = response?.status() ?? 0;
    if (status >= 400) return refuse(`${address} answered ${status}`);
    await loaded(open, deadline);
    return accept(null);
  } catch (error) {
    const refusal = open.proxy.refusal(new URL(address).host);
    return refuse(
      `${address} cannot be opened: ${refusal ?? (isTimeout(error) ? "it did not come in time" : wordsOf(error))}`,
    );
  }
};

/** A page that can be read is not held up by what it still loads. */
export const loaded = async ({ page }: OpenPage, deadline: Deadline): Promise<void> => {
  try {
    await page.waitForLoadState("load", { timeout: Math.min(LOADING_MS, deadline.left()) });
  } catch (error) {
    if (!isTimeout(error)) throw error;
  }
};

/** Signs in where the visit says how and the page has not yet. */
export const signInto = async (
  open: OpenPage,
  { sign_in }: Visit,
  family: SecretFamily,
  deadline: Deadline,
): Promise<Result<null, string>> => {
  if (sign_in === undefined) return accept(null);
  const how = await sign_in(family);
  if (!how.ok) return refuse(`nobody is signed in: ${how.refusal}`);
  if (open.signed_in_at === how.value.open) return accept(null);
  const done = await signIn(open, how.value, deadline);
  if (!done.ok) return refuse(`signing in: ${done.refusal}`);
  open.signed_in_at = how.value.open;
  return accept(null);
};

const signIn = async (
  open: OpenPage,
  { open: address, actions, signed_in_when }: SignIn,
  deadline: Deadline,
): Promise<Result<null, string>> => {
  const before = open.sends;
  open.sends = true;
  try {
    const there = await goTo(open, address, deadline);
    if (!there.ok) return there;
    for (const action of actions) {
      const found = await onlyOne(open.page, action.element, deadline.left());
      if (!found.ok) return found;
      const timeout = deadline.left();
      if (action.kind === "fill") await found.value.fill(action.text, { timeout });
      else await found.value.click({ timeout });
    }
    await locate(open.page, signed_in_when).first().waitFor({ state: "visible", timeout: deadline.left() });
    return accept(null);
  } catch (error) {
    // The library's words may quote what was typed.
    return refuse(isTimeout(error) ? "the page that shows it did not come in time" : "the page broke off");
  } finally {
    open.sends = before;
  }
};
