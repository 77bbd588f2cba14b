import { type JsonObject, jsonObject } from "../../plan/json.ts";
import { accept, type Result, refuse } from "../../plan/result.ts";
import { didYouMean, quoted } from "../../plan/suggestion.ts";
import { MEMORY_TOOLS } from "../standard/memory-tools.ts";
import { PAGE_TOOLS } from "../standard/page-tools.ts";
import { SERVICE_TOOLS } from "../standard/service-tools.ts";
import { CONTACTS_TEMPLATES } from "./contacts-templates.ts";
import { type ContractTemplate, filledTemplate } from "./contract-template.ts";
import { KNOWLEDGE_TEMPLATES } from "./knowledge-templates.ts";
import { MAIL_TEMPLATES } from "./mail-template.ts";
import { PAGE_TEMPLATES } from "./page-templates.ts";

/** How the standard tools act on real services, each to be completed by the team whose services these are. */
export const CONTRACT_TEMPLATES: readonly ContractTemplate[] = [
  ...MAIL_TEMPLATES,
  ...CONTACTS_TEMPLATES,
  ...KNOWLEDGE_TEMPLATES,
  ...PAGE_TEMPLATES,
];

/** The template of a tool, or in words that there is none. */
export const templateOf = (tool_name: string): Result<ContractTemplate, string> => {
  const template = CONTRACT_TEMPLATES.find((each) => each.tool_name === tool_name);
  if (template !== undefined) return accept(template);
  const names = CONTRACT_TEMPLATES.map((each) => each.tool_name);
  return refuse(`there is no template ${quoted(tool_name)}${didYouMean(tool_name, names) || ":"} ${names.join(", ")}`);
};

/** A template's contract, with what is given filled in. */
export const contractFrom = (
  template: ContractTemplate,
  given: { readonly [name: string]: string },
): Result<JsonObject, string> => {
  const standard = [...PAGE_TOOLS, ...MEMORY_TOOLS, ...SERVICE_TOOLS].find(
    ({ tool_name }) => tool_name === template.tool_name,
  );
  if (standard === undefined) throw new Error(`there is no standard tool ${template.tool_name}`);
  return filledTemplate(jsonObject.parse(standard), template, given);
};
