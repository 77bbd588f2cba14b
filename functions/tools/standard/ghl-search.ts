import { COLLECTIONS } from "../world/world.ts";
import { contactSearch } from "./contact-search.ts";

export const ghlSearch = contactSearch(COLLECTIONS.ghlContacts, "the CRM", "c");
