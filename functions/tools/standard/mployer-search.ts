import { COLLECTIONS } from "../world/world.ts";
import { contactSearch } from "./contact-search.ts";

export const mployerSearch = contactSearch(COLLECTIONS.mployerContacts, "Mployer", "m");
