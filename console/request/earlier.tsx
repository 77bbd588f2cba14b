import type { ApprovalView } from "../../functions/api/schemas.ts";
import { plural } from "../../shared/shown/words.ts";
import { Link } from "../parts/navigation.tsx";
import { Person } from "../parts/person.tsx";
import { Becomes, Text, Value } from "../parts/text.tsx";
import { Moment } from "../parts/time.tsx";
import { pathOf } from "../routes.ts";

/** Decisions on the same call before: a person has to know them, however many they decide at once. */
export const Earlier = ({ request }: { readonly request: ApprovalView }) => (
  <>
    {(request.earlier_decisions ?? []).map((earlier) => (
      <div class="earlier" key={earlier.approval_id}>
        <p>
          The same call {earlier.status === "open" ? "is being asked about" : `was ${earlier.status}`}
          {earlier.decided_by === null ? null : (
            <>
              {" "}
              by <Person id={earlier.decided_by} />
            </>
          )}
          {earlier.decided_at === null ? null : (
            <>
              , <Moment at={earlier.decided_at} />
            </>
          )}
          {": "}
          <Link href={pathOf.request(earlier.approval_id)}>look at it</Link>
        </p>
        {earlier.comment === null ? null : (
          <p>
            “<Text text={earlier.comment} />”
          </p>
        )}
        {earlier.changes.length === 0 ? null : (
          <ul>
            {earlier.changes.map((change) => (
              <li key={change.at}>
                <code>{change.at}</code> <Value value={change.old} /> <Becomes /> <Value value={change.new} />
              </li>
            ))}
            {earlier.more_changes === 0 ? null : <li>and {plural(earlier.more_changes, "more change")}</li>}
          </ul>
        )}
      </div>
    ))}
  </>
);
