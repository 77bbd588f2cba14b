import type { SandboxTool } from "../kinds/sandbox-tool.ts";
import { buttonClick } from "./button-click.ts";
import { formFill } from "./form-fill.ts";
import { ghlCreateContact } from "./ghl-create-contact.ts";
import { ghlSearch } from "./ghl-search.ts";
import { ghlUpdateContact } from "./ghl-update-contact.ts";
import { goalQuery } from "./goal-query.ts";
import { memorySearch } from "./memory-search.ts";
import { mployerAddContact } from "./mployer-add-contact.ts";
import { mployerSearch } from "./mployer-search.ts";
import { msgraphSendEmail } from "./msgraph-send-email.ts";
import { screenshotCapture } from "./screenshot-capture.ts";
import { textExtract } from "./text-extract.ts";
import { visionInspect } from "./vision-inspect.ts";
import { webActionIrreversible } from "./web-action-irreversible.ts";

/** The standard tools, as they act on the sandbox. */
export const STANDARD_TOOLS: ReadonlyMap<string, SandboxTool> = new Map<string, SandboxTool>([
  ["vision_inspect", visionInspect],
  ["screenshot_capture", screenshotCapture],
  ["text_extract", textExtract],
  ["memory_search", memorySearch],
  ["goal_query", goalQuery],
  ["form_fill", formFill],
  ["button_click", buttonClick],
  ["mployer_search", mployerSearch],
  ["ghl_search", ghlSearch],
  ["ghl_update_contact", ghlUpdateContact],
  ["ghl_create_contact", ghlCreateContact],
  ["mployer_add_contact", mployerAddContact],
  ["msgraph_send_email", msgraphSendEmail],
  ["web_action_irreversible", webActionIrreversible],
]);
