import type { Json } from "../../plan/json.ts";
import type { ContractTemplate } from "./contract-template.ts";

const text = { type: "string", minLength: 1 };
const url = { url: { ...text, description: "The page; absent, the one the agent has open" } };
const arg = (name: string) => ({ $arg: `/${name}` });
const chosen = { selector: arg("selector") };

type Changes = ContractTemplate["changes"];

/** The page as it is afterwards, and what the actions brought. */
const OUTPUTS: Json = {
  type: "object",
  properties: { url: text, page: { type: "object" }, image: text, text: { type: "string" } },
  required: ["url"],
};

/** A page tool whose page is one of a team's own hosts, in a real browser. */
const page = (tool_name: string, actions: Json, input_schema: Changes["input_schema"], notes: string[]) => ({
  tool_name,
  changes: {
    output_schema: OUTPUTS,
    ...(input_schema === undefined ? {} : { input_schema }),
    binding: { kind: "browser", hosts: ["<host>"], open: arg("url"), actions },
  },
  fill_in: { host: "host of the application whose pages these are, such as app.example.com" },
  secrets: [],
  hosts: ["<host>"],
  notes: [
    "All six page tools act on one page if their hosts are the same: add the six, or those that you need.",
    ...notes,
  ],
});

/** An argument that nothing is done with would be approved without meaning anything. */
const takes = (properties: { readonly [name: string]: Json }, required: readonly string[]): Json => ({
  type: "object",
  properties,
  required: [...required],
  additionalProperties: false,
});

export const PAGE_TEMPLATES: readonly ContractTemplate[] = [
  page("vision_inspect", [{ look: true, as: "page" }], undefined, []),
  page(
    "screenshot_capture",
    [{ screenshot: arg("full_page"), as: "image" }],
    takes({ ...url, full_page: { type: "boolean" } }, []),
    [],
  ),
  page("text_extract", [{ read: chosen, as: "text" }], takes({ ...url, selector: text }, []), []),
  page(
    "form_fill",
    [{ fill: chosen, value: arg("value") }],
    takes({ ...url, selector: text, value: { type: ["string", "boolean", "number"] } }, ["selector", "value"]),
    [],
  ),
  page("button_click", [{ click: chosen }], takes({ ...url, selector: text }, ["selector"]), [
    "Whether a click did what it was to do is told by what the page sent: add done_when for a page that shows it, and a look_up for one that can be asked.",
  ]),
  page(
    "web_action_irreversible",
    [{ click: chosen }],
    takes({ url: text, action: { ...text, description: "In words, for the approver" }, selector: text }, [
      "url",
      "action",
      "selector",
    ]),
    ['Say yes to what the page asks by adding "dialogs": "accept" to the click: without, it is told no.'],
  ),
];
