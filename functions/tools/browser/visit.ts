import type {
  BoundAction,
  BoundAddress,
  BoundElement,
  BoundSignIn,
  BrowserBinding,
} from "../../../shared/contracts/binding/browser/browser-binding.ts";
import { fillAddress, readAddress } from "../../../shared/contracts/binding/http/address.ts";
import type { Sources } from "../../../shared/contracts/binding/reference.ts";
import type { SecretFamily } from "../../../shared/contracts/binding/secret-family.ts";
import { fillTemplate } from "../../../shared/contracts/binding/template.ts";
import type { Json } from "../../../shared/plan/json.ts";
import { valueAt } from "../../../shared/plan/json-pointer.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Element, PageAction, SignIn, Visit } from "../../../shared/ports/pages.ts";
import type { Secrets } from "../../../shared/ports/secrets.ts";
import type { ToolCall } from "../../../shared/ports/tools.ts";
import type { KnownSecrets } from "../known-secrets.ts";

/** The secrets that a page may be signed in with, by what is done on it. */
export type SecretsFor = (family: SecretFamily) => Secrets;

export type Composing = {
  readonly binding: BrowserBinding;
  readonly call: ToolCall;
  readonly known: KnownSecrets;
  readonly secrets: SecretsFor;
  readonly key?: string;
};

type Wanted = Pick<BrowserBinding, "actions" | "done_when"> & { readonly open?: BoundAddress };

/** Stands for the key, which is made when the call is. */
const KEY_IN_WORDS = "(its idempotency key)";

/** Values that the places of a visit are filled in with. `key`: of a call that is made. */
export const sourcesOf = ({ arguments: args }: ToolCall, key = KEY_IN_WORDS): Sources => ({
  $arg: (pointer) => valueAt(args, pointer),
  $key: key,
});

/** The visit that a call is, or in words why there is none: then no page was opened. */
export const visitOf = (composing: Composing, { open, actions, done_when }: Wanted): Result<Visit, string> => {
  const { binding, call } = composing;
  const sources = sourcesOf(call, composing.key);
  const address = open === undefined ? accept(undefined) : addressOf(binding, open, sources);
  if (!address.ok) return address;
  const literal = all(actions.map((action) => actionOf(action, sources)));
  if (!literal.ok) return literal;
  const end = done_when === undefined ? accept(undefined) : elementOf(done_when, sources);
  if (!end.ok) return end;
  const { execution_id, agent_id } = call;
  const { sign_in } = binding;
  return accept({
    owner: { execution_id, agent_id, hosts: binding.hosts },
    actions: literal.value,
    ...(composing.key === undefined ? {} : { key: composing.key }),
    ...(address.value === undefined ? {} : { open: address.value }),
    ...(end.value === undefined ? {} : { done_when: end.value }),
    ...(sign_in === undefined ? {} : { sign_in: (family) => signInOf(sign_in, composing, family) }),
  });
};

const all = <Value>(results: readonly Result<Value, string>[]): Result<Value[], string> => {
  const values: Value[] = [];
  for (const result of results) {
    if (!result.ok) return result;
    values.push(result.value);
  }
  return accept(values);
};

/** An address that an argument holds is one of the hosts, and is undefined where the argument was not given. */
const addressOf = (
  { hosts }: BrowserBinding,
  open: BoundAddress,
  sources: Sources,
): Result<string | undefined, string> => {
  if (typeof open === "string") {
    const address = readAddress(open);
    return address.ok ? fillAddress(address.value, sources) : refuse(`the address ${address.refusal}`);
  }
  const held = sources.$arg?.(open.$arg);
  if (held === undefined) return accept(undefined);
  if (typeof held !== "string" || !URL.canParse(held)) return refuse(`${JSON.stringify(held)} is no address of a page`);
  const { host, protocol, username, password } = new URL(held);
  if (protocol !== "https:" && protocol !== "http:") return refuse(`${held} is no address of a page`);
  if (username !== "" || password !== "") return refuse("an address holds no credentials");
  return hosts.includes(host) ? accept(new URL(held).href) : refuse(`${host} is not among the hosts of the contract`);
};

const textOf = (template: Json, sources: Sources, what: string): Result<string, string> => {
  const filled = fillTemplate(template, sources);
  if (!filled.ok) return filled;
  return typeof filled.value === "string" && filled.value !== ""
    ? accept(filled.value)
    : refuse(`the ${what} of an element is not given`);
};

const elementOf = (bound: BoundElement, sources: Sources): Result<Element, string> => {
  if (bound.role !== undefined) {
    if (bound.name === undefined) return accept({ by: "role", role: bound.role });
    const name = textOf(bound.name, sources, "name");
    return name.ok ? accept({ by: "role", role: bound.role, name: name.value }) : name;
  }
  if (bound.label !== undefined) {
    const label = textOf(bound.label, sources, "label");
    return label.ok ? accept({ by: "label", label: label.value }) : label;
  }
  const selector = textOf(bound.selector ?? null, sources, "selector");
  if (!selector.ok) return selector;
  // The library's own way to leave CSS, and the frame that a person sees the element in.
  if (selector.value.includes(">>")) return refuse(`${selector.value} is no selector of CSS`);
  return accept({ by: "selector", selector: `css=${selector.value}` });
};

const actionOf = (action: BoundAction, sources: Sources): Result<PageAction, string> => {
  if ("look" in action) return accept({ kind: "look", as: action.as });
  if ("screenshot" in action) return pictureOf(action, sources);
  if ("click" in action) {
    const element = elementOf(action.click, sources);
    return element.ok ? accept({ kind: "click", element: element.value, dialogs: action.dialogs }) : element;
  }
  if ("fill" in action) {
    const element = elementOf(action.fill, sources);
    if (!element.ok) return element;
    const value = fillTemplate(action.value, sources);
    if (!value.ok) return value;
    if (value.value === undefined) return refuse("the value to fill in is not given");
    return accept({ kind: "fill", element: element.value, value: value.value });
  }
  if (action.read === "page" || namesNothing(action.read, sources)) return accept({ kind: "read", as: action.as });
  const element = elementOf(action.read, sources);
  return element.ok ? accept({ kind: "read", element: element.value, as: action.as }) : element;
};

const pictureOf = (
  { screenshot, as }: Extract<BoundAction, { readonly screenshot: unknown }>,
  sources: Sources,
): Result<PageAction, string> => {
  if (typeof screenshot === "string") return accept({ kind: "screenshot", of: screenshot, as });
  return accept({ kind: "screenshot", of: sources.$arg?.(screenshot.$arg) === true ? "page" : "window", as });
};

/** Its one part is an argument that was not given. */
const namesNothing = ({ label, selector }: BoundElement, sources: Sources): boolean => {
  const part = label ?? selector;
  if (part === undefined) return false;
  const filled = fillTemplate(part, sources);
  return filled.ok && filled.value === undefined;
};

const NOTHING: Sources = {};

const signInOf = async (
  { open, actions, signed_in_when }: BoundSignIn,
  { known, secrets }: Composing,
  family: SecretFamily,
): Promise<Result<SignIn, string>> => {
  const made: SignIn["actions"][number][] = [];
  for (const action of actions) {
    if ("click" in action) {
      const element = elementOf(action.click, NOTHING);
      if (!element.ok) return element;
      made.push({ kind: "click", element: element.value });
      continue;
    }
    const element = elementOf(action.fill, NOTHING);
    if (!element.ok) return element;
    const text = "secret" in action ? await known.ask(secrets(family), action.secret) : accept(action.value);
    if (!text.ok) return text;
    made.push({ kind: "fill", element: element.value, text: text.value });
  }
  const end = elementOf(signed_in_when, NOTHING);
  return end.ok ? accept({ open, actions: made, signed_in_when: end.value }) : end;
};
