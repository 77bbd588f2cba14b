import { z } from "zod";
import { json } from "../../../plan/json.ts";
import { secretName } from "../auth.ts";
import { lookUpConditions, pointer } from "../declared.ts";
import { ROLES } from "./roles.ts";

/** One element of a page, as people name it or as the page's source does. Each part is text, or a place that holds text. */
const element = z.strictObject({
  /** A role of ARIA, such as button or textbox; with the name that people read, which one of that role. */
  role: z.enum(ROLES, "must be a role of ARIA, such as button, link, textbox, checkbox or heading").exactOptional(),
  name: json.exactOptional(),
  /** The text of a field's label. */
  label: json.exactOptional(),
  /** CSS. */
  selector: json.exactOptional(),
});
export type BoundElement = z.infer<typeof element>;

const as = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, "must be the name of a field of the output");

const fill = z.strictObject({ fill: element, value: json });
const click = z.strictObject({
  click: element,
  /** The answer that the page gets where it asks in a dialog of its own; one that is not expected is dismissed. */
  dialogs: z.enum(["accept", "dismiss"]).default("dismiss"),
});
/** The value of a field, the text of anything else, or the text of the page, also where no argument names an element. */
const read = z.strictObject({ read: z.union([element, z.literal("page")]), as });
/** Everything on the page that can be acted on. */
const look = z.strictObject({ look: z.literal(true), as });
/** The part that is seen, or all of it; an argument that is true means all of it. */
const picture = z.strictObject({
  screenshot: z.union([z.enum(["window", "page"]), z.strictObject({ $arg: pointer })]),
  as,
});

const action = z.union([fill, click, read, look, picture], {
  error:
    'must be {"fill": element, "value"}, {"click": element}, {"read": element or "page", "as"}, {"look": true, "as"} or {"screenshot": "window", "as"}',
});
export type BoundAction = z.infer<typeof action>;

/** An address with places, none of them in its host; or a whole address that an argument holds, of one of the hosts. */
const address = z.union([z.string().max(4096), z.strictObject({ $arg: pointer })]);
export type BoundAddress = z.infer<typeof address>;

const signIn = z.strictObject({
  open: z.string().max(4096),
  actions: z
    .array(
      z.union([
        z.strictObject({ fill: element, secret: secretName }),
        z.strictObject({ fill: element, value: z.string().max(1_000) }),
        z.strictObject({ click: element }),
      ]),
    )
    .min(1)
    .max(10),
  /** On the page that it ends on, and on no page before. */
  signed_in_when: element,
});
export type BoundSignIn = z.infer<typeof signIn>;

/** A call is what is done on a page of a real browser, which the agent has to itself while an execution runs. */
export const browserBinding = z.strictObject({
  kind: z.literal("browser"),
  /** All that its pages may reach: `forms.example.com`, with a port where that is not 443. */
  hosts: z.array(z.string().min(1).max(255)).min(1).max(20),
  /** The page that is meant, which is opened unless the agent has it open. Without, the one that it has open. */
  open: address.exactOptional(),
  /** Done once, before the first page is opened: in DRY_RUN with the secrets for reading. */
  sign_in: signIn.exactOptional(),
  actions: z.array(action).min(1).max(30),
  /** Where in what the actions bring the output stands; all of it unless said. */
  output: pointer.exactOptional(),
  /**
   * Comes after the last action, however long the page takes: without it in time the outcome is unknown. One that stood
   * there before and stays as it was shows nothing.
   */
  done_when: element.exactOptional(),
  /** Another page, which is opened to ask whether a call happened whose outcome is unknown. It is only read. */
  look_up: z
    .strictObject({ open: address, actions: z.array(action).min(1).max(30), ...lookUpConditions })
    .exactOptional(),
});
export type BrowserBinding = z.infer<typeof browserBinding>;

export const isActing = (action: BoundAction): boolean => "fill" in action || "click" in action;

/** The element of an action; undefined where it is about the page. */
export const elementOfAction = (action: BoundAction): { part: string; element: BoundElement } | undefined => {
  if ("fill" in action) return { part: "fill", element: action.fill };
  if ("click" in action) return { part: "click", element: action.click };
  if ("read" in action && action.read !== "page") return { part: "read", element: action.read };
  return undefined;
};
