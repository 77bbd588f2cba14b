import type { Place } from "../../../../shared/ports/knowledge.ts";
import type { Key } from "../item.ts";
import { keyPart } from "../key-part.ts";
import { PARTITIONS } from "./partitions.ts";

/** Notes and goals, by the one agent that may read them or for all: who searches for an agent asks for no other's. */

const shelfOf = ({ shelf, agent_id }: Place): string =>
  PARTITIONS[shelf === "memory" ? "memory" : "goal"] + (agent_id === null ? "ALL" : `AGENT#${keyPart(agent_id)}`);
export const entriesIn = (place: Place): string => `${shelfOf(place)}#ENTRIES`;
export const entryKey = (place: Place, id: string): Key => ({ pk: entriesIn(place), sk: id });
/** How many there are, and how often they changed. */
export const shelfKey = (place: Place): Key => ({ pk: shelfOf(place), sk: "SHELF" });
