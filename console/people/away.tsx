import type { AwayList } from "../../functions/api/schemas.ts";
import { isSamePerson } from "../../shared/plan/same-person.ts";
import type { Api } from "../client/api.ts";
import { useAct } from "../parts/act.tsx";
import { Part } from "../parts/part.tsx";
import { useMay } from "../parts/permitted.tsx";
import { Person } from "../parts/person.tsx";
import { Tag } from "../parts/tag.tsx";
import { Moment } from "../parts/time.tsx";

type AwayProps = {
  readonly api: Api;
  readonly away: AwayList["away"];
  readonly me: string;
  readonly at: number;
  readonly acted: () => void;
};

/** Everybody who is away or will be, with who is told instead, and the way back. */
export const Away = ({ api, away, me, at, acted }: AwayProps) => {
  const { send, refused } = useAct();
  const [forAll, forSelf] = [useMay("contracts:write"), useMay("approvals:decide")];
  const sorted = away.toSorted((one, other) => (one.from < other.from ? -1 : 1));
  return (
    <Part id="away" head="Away">
      {refused}
      {sorted.length === 0 ? <p class="quiet">Nobody is away, or has said that they will be.</p> : null}
      <ul aria-label="Absences">
        {sorted.map(({ person, from, until, instead, by }) => (
          <li key={person} class="contract">
            <p class="delivery-head">
              <Tag word={Date.parse(from) <= at ? "away" : "soon"} />
              <strong>
                <Person id={person} />
                {isSamePerson(person, me) ? " (you)" : ""}
              </strong>
              <span>
                from <Moment at={from} /> until <Moment at={until} />
              </span>
              {forAll || (forSelf && isSamePerson(person, me)) ? (
                <button
                  type="button"
                  class="button"
                  onClick={() => void send(api.sayBack(person), `${person} is here.`, acted)}
                >
                  {isSamePerson(person, me) ? "I am here" : "Is here"}
                  <span class="for-readers">
                    : <Person id={person} />
                  </span>
                </button>
              ) : null}
            </p>
            <p class="quiet">
              {instead === null ? (
                "The next of each tool's list is told."
              ) : (
                <>
                  <Person id={instead} /> is told instead.
                </>
              )}
              {isSamePerson(by, person) ? null : (
                <>
                  {" "}
                  Said by <Person id={by} />.
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
    </Part>
  );
};
