import { plural } from "../../shared/shown/words.ts";
import { Text } from "../parts/text.tsx";

const MOST = 3;

/** The names by which people call an execution: its plans. Its id tells nobody anything. */
export const PlanNames = ({ ids }: { readonly ids: readonly string[] }) => (
  <>
    <Text text={ids.slice(0, MOST).join(", ")} inLine />
    {ids.length > MOST ? ` and ${plural(ids.length - MOST, "more plan")}` : ""}
  </>
);
