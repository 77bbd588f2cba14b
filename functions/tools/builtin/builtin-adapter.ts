import type { BuiltinBinding, KnowledgeBinding } from "../../../shared/contracts/binding/builtin/builtin-binding.ts";
import type { ToolAdapter } from "../../../shared/ports/tools.ts";
import { noWayOut, type ReadingWayOut, type WayOut } from "../http/way-out.ts";
import { gohighlevelContacts } from "./gohighlevel-contacts.ts";
import { liveKnowledge, previewKnowledge } from "./knowledge/knowledge-adapter.ts";
import type { KnowledgeSearch } from "./knowledge/search.ts";
import { msgraphMail } from "./msgraph-mail.ts";
import type { Vendor } from "./vendor.ts";
import { liveVendor, previewVendor } from "./vendor-adapter.ts";

/** The means that a function which reads is given for the adapters of this project's own. */
export type ReadingBuiltinWay = { readonly out: ReadingWayOut; readonly search: KnowledgeSearch };
export type BuiltinWay = ReadingBuiltinWay & { readonly out: WayOut };

/** For where tools act on the sandbox only. */
export const noBuiltin: BuiltinWay = {
  out: noWayOut,
  search: { of: async () => ({ all: [], matching: () => [] }) },
};

type Rung = {
  readonly vendor: (vendor: Vendor) => ToolAdapter;
  readonly knowledge: (binding: KnowledgeBinding) => ToolAdapter;
};

const adapterBy = (binding: BuiltinBinding, over: Rung): ToolAdapter => {
  switch (binding.adapter) {
    case "msgraph_mail":
      return over.vendor(msgraphMail(binding));
    case "gohighlevel_contacts":
      return over.vendor(gohighlevelContacts(binding));
    case "memory":
    case "goals":
      return over.knowledge(binding);
  }
};

/** DRY_RUN by one of this project's adapters. */
export const previewBuiltinAdapter = (binding: BuiltinBinding, { out, search }: ReadingBuiltinWay): ToolAdapter =>
  adapterBy(binding, {
    vendor: (vendor) => previewVendor(vendor, out),
    knowledge: (knowledge) => previewKnowledge(knowledge, search),
  });

/** LIVE by one of this project's adapters. */
export const liveBuiltinAdapter = (binding: BuiltinBinding, { out, search }: BuiltinWay): ToolAdapter =>
  adapterBy(binding, {
    vendor: (vendor) => liveVendor(vendor, out),
    knowledge: (knowledge) => liveKnowledge(knowledge, search),
  });
