import type { SecretFamily } from "../../../shared/contracts/binding/secret-family.ts";
import type { Pages, ReadingPages } from "../../../shared/ports/pages.ts";
import type { Secrets } from "../../../shared/ports/secrets.ts";
import { type KnownSecrets, knownSecrets } from "../known-secrets.ts";

/** The means that a function which reads is given to look at pages with. */
export type ReadingBrowserWay = {
  readonly pages: ReadingPages;
  readonly read: Secrets;
  readonly known: KnownSecrets;
};

/** The means that a function which acts is given. */
export type BrowserWay = {
  readonly pages: Pages;
  readonly read: Secrets;
  readonly write: Secrets;
  readonly known: KnownSecrets;
};

const why = "there is no browser here: pages are opened by Buddy on one machine only";
const notSeen = async () => ({ kind: "not_seen", why, timed_out: false }) as const;
const noPages: Pages = {
  look: notSeen,
  lookToAct: notSeen,
  act: async () => ({ kind: "nothing_done", why }),
  recall: async () => undefined,
};
const noSecrets = (family: SecretFamily): Secrets => ({ family, get: async () => undefined });

/** For where tools act on the sandbox only: no page is opened. */
export const noBrowserWay: BrowserWay = {
  pages: noPages,
  read: noSecrets("read"),
  write: noSecrets("write"),
  known: knownSecrets(),
};
