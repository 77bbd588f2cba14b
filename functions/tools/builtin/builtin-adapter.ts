import type { BuiltinBinding } from "../../../shared/contracts/binding/builtin/builtin-binding.ts";
import type { ToolAdapter } from "../../../shared/ports/tools.ts";
import { noWayOut, type ReadingWayOut, type WayOut } from "../http/way-out.ts";
import { gohighlevelContacts } from "./gohighlevel-contacts.ts";
import { msgraphMail } from "./msgraph-mail.ts";
import type { Vendor } from "./vendor.ts";
import { liveVendor, previewVendor } from "./vendor-adapter.ts";

/** The means that a function which reads is given for the adapters of this project's own. */
export type ReadingBuiltinWay = { readonly out: ReadingWayOut };
export type BuiltinWay = { readonly out: WayOut };

/** For where tools act on the sandbox only. */
export const noBuiltin: BuiltinWay = { out: noWayOut };

const vendorOf = (binding: BuiltinBinding): Vendor => {
  switch (binding.adapter) {
    case "msgraph_mail":
      return msgraphMail(binding);
    case "gohighlevel_contacts":
      return gohighlevelContacts(binding);
  }
};

/** DRY_RUN by one of this project's adapters. */
export const previewBuiltinAdapter = (binding: BuiltinBinding, { out }: ReadingBuiltinWay): ToolAdapter =>
  previewVendor(vendorOf(binding), out);

/** LIVE by one of this project's adapters. */
export const liveBuiltinAdapter = (binding: BuiltinBinding, { out }: BuiltinWay): ToolAdapter =>
  liveVendor(vendorOf(binding), out);
