import { COLLECTIONS } from "../world/world.ts";
import { contactCreate } from "./contact-create.ts";

export const mployerAddContact = contactCreate(COLLECTIONS.mployerContacts, "Mployer", "m");
