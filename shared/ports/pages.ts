import type { Role } from "../contracts/binding/browser/roles.ts";
import type { SecretFamily } from "../contracts/binding/secret-family.ts";
import type { PushBack } from "../execution/call-outcome.ts";
import type { Json, JsonObject } from "../plan/json.ts";

/** One element of a page, found in one of three ways. */
export type Element =
  | { readonly by: "role"; readonly role: Role; readonly name?: string }
  | { readonly by: "label"; readonly label: string }
  | { readonly by: "selector"; readonly selector: string };

/** Something to do on a page. `only_if`: only while the field still holds this. */
export type PageAction =
  | { readonly kind: "fill"; readonly element: Element; readonly value: Json; readonly only_if?: Json }
  | { readonly kind: "click"; readonly element: Element; readonly dialogs: "accept" | "dismiss" }
  | { readonly kind: "read"; readonly element?: Element; readonly as: string }
  | { readonly kind: "look"; readonly as: string }
  | { readonly kind: "screenshot"; readonly of: "window" | "page"; readonly as: string };

/** Signing in: texts of secrets are among the values. */
export type SignIn = {
  readonly open: string;
  readonly actions: readonly (
    | { readonly kind: "fill"; readonly element: Element; readonly text: string }
    | { readonly kind: "click"; readonly element: Element }
  )[];
  readonly signed_in_when: Element;
};

/**
 * Whose page it is. An agent has one page for an execution and a set of hosts: the one that it acts on (`write`), and
 * until it has acted one that is only looked at (`read`).
 */
export type PageOwner = {
  readonly execution_id: string;
  readonly agent_id: string;
  readonly hosts: readonly string[];
};

export type Visit = {
  readonly owner: PageOwner;
  /** The address that is meant; without, the page that the agent has open. */
  readonly open?: string;
  /** A page for this visit alone, closed after it. */
  readonly apart?: boolean;
  /** Signing in, where the owner has not yet; the family is that of its secrets. */
  readonly sign_in?: (family: SecretFamily) => Promise<{ ok: true; value: SignIn } | { ok: false; refusal: string }>;
  readonly actions: readonly PageAction[];
  readonly done_when?: Element;
  /** A picture of the window as it stands is wanted beside what is read. */
  readonly picture?: true;
  /** Of a call that acts: the page remembers what came of it. */
  readonly key?: string;
};

/** An element as it was found. */
export type FoundElement = {
  readonly role: string;
  readonly name: string;
  /** Where on the page it stands: the form, the dialog or the part of the page around it. */
  readonly place: string;
  /** The value of a field; null of anything else. */
  readonly value: Json;
};

/** The result of looking. `elements`: of each action that names one, null where the page has none or several such. */
export type Looked =
  | {
      readonly kind: "seen";
      readonly address: string;
      readonly title: string;
      readonly elements: readonly (FoundElement | { readonly missing: string } | null)[];
      readonly output: JsonObject;
      /** Values of all fields of the page, by what people call them. */
      readonly fields: JsonObject;
      /**
       * Where one was wanted, and is not too large: a JPEG as a `data:` URL, with fields for passwords painted over, and the
       * text that can be read on it, beside that of `fields`: nobody can tell from an image that a secret stands on it.
       */
      readonly picture?: { readonly image: string; readonly text: string };
    }
  | ({ readonly kind: "not_seen"; readonly why: string; readonly timed_out: boolean } & PushBack);

/** `nothing_done`: nothing was filled in or clicked. `unknown`: something was, and its end was not seen. */
export type Acted =
  | { readonly kind: "done"; readonly output: JsonObject }
  | ({ readonly kind: "nothing_done"; readonly why: string } & PushBack)
  | { readonly kind: "unknown"; readonly why: string };

export type VisitLimits = { readonly timeout_ms: number; readonly signal?: AbortSignal };

/** A browser for who only looks: it opens pages with the secrets for reading and fills or clicks nothing. */
export interface ReadingPages {
  look(visit: Visit, limits: VisitLimits): Promise<Looked>;
}

/** A browser for who acts. */
export interface Pages extends ReadingPages {
  /** Looks at the page that will be acted on: opened, where it must be, with the secrets for writing. */
  lookToAct(visit: Visit, limits: VisitLimits): Promise<Looked>;
  act(visit: Visit, limits: VisitLimits): Promise<Acted>;
  /** The output of an act that was done under the key, while the page that it was done on is there. */
  recall(owner: PageOwner, key: string): Promise<JsonObject | undefined>;
}
