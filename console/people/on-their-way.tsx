import type { ApprovalView } from "../../functions/api/schemas.ts";
import { Link } from "../parts/navigation.tsx";
import { Part } from "../parts/part.tsx";
import { Text } from "../parts/text.tsx";
import { pathOf } from "../routes.ts";
import { GoesOn } from "./goes-on.tsx";

/** More than anybody reads here; the inbox has all. */
const MOST_SHOWN = 50;

/** Open requests of tools that ask one after the other: to whom each is put now, and where it goes on to. */
export const OnTheirWay = ({ requests }: { readonly requests: readonly ApprovalView[] }) => {
  const put = requests.flatMap((request) => {
    const last = request.asked?.at(-1);
    return last === undefined ? [] : [{ request, last }];
  });
  if (put.length === 0) return null;
  return (
    <Part id="on-their-way" head="Requests on their way">
      <ul aria-label="Requests on their way">
        {put.slice(0, MOST_SHOWN).map(({ request, last }) => (
          <li key={request.approval_id} class="contract">
            <p>
              <Link href={pathOf.request(request.approval_id)}>{request.tool_name}</Link>{" "}
              <span class="quiet">
                {request.plan_id} / {request.step_id}
              </span>
            </p>
            <p>
              put to <strong>{last.name === null ? "everybody" : <Text text={last.name} inLine />}</strong>;{" "}
              <GoesOn request={request} />
            </p>
          </li>
        ))}
      </ul>
      {put.length > MOST_SHOWN ? <p class="quiet">and {put.length - MOST_SHOWN} more, in the inbox</p> : null}
    </Part>
  );
};
