import { inWords } from "../../shared/shown/words.ts";
import type { Contact } from "../client/http.ts";
import { useNow } from "./time.tsx";

/** How old what is shown is at most. Where the server is silent it says so, and that what is shown was true then. */
export const Heard = ({ contact }: { readonly contact: Contact }) => {
  const now = useNow(1);
  if (contact.silent_since !== null) {
    return (
      <span class="heard silent" role="alert">
        no answer for {inWords((now - contact.silent_since) / 1_000)}: this is how it was
      </span>
    );
  }
  const age = Math.round((now - contact.heard_at) / 1_000);
  return <span class="heard">{age < 2 ? "heard just now" : `heard ${inWords(age)} ago`}</span>;
};
