import { COLLECTIONS } from "../world/world.ts";
import { contactCreate } from "./contact-create.ts";

export const ghlCreateContact = contactCreate(COLLECTIONS.ghlContacts, "the CRM", "c");
