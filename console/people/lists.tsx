import type { AwayList, ContractList } from "../../functions/api/schemas.ts";
import { absenceOf } from "../../shared/execution/approval/absence-of.ts";
import { askedFirst } from "../../shared/execution/approval/asking.ts";
import { Part } from "../parts/part.tsx";
import { Person } from "../parts/person.tsx";
import { Tag } from "../parts/tag.tsx";

type ListsProps = {
  readonly contracts: ContractList["contracts"];
  readonly away: AwayList["away"];
  /** The moment of it (ISO 8601, UTC). */
  readonly at: string;
};

/** Tools that ask people one after the other, who of them is away, and whom a request made now would be put to. */
export const Lists = ({ contracts, away, at }: ListsProps) => {
  const listed = contracts.flatMap(({ tool_name, risk_level, asked_in_order: order }) =>
    order === undefined ? [] : [{ tool_name, risk_level, order }],
  );
  return (
    <Part id="lists" head="Whom tools ask, one after the other">
      {listed.length === 0 ? (
        <p class="quiet">
          Everybody is told of every request: no contract has <code>asked_in_order</code>.
        </p>
      ) : null}
      <ul aria-label="Lists of tools">
        {listed.map(({ tool_name, risk_level, order }) => (
          <li key={tool_name} class="contract">
            <p class="tool">{tool_name}</p>
            <ol>
              {order.map((name) => (
                <li key={name}>
                  <Person id={name} /> {absenceOf(away, name, at) === undefined ? null : <Tag word="away" />}
                </li>
              ))}
            </ol>
            <p class="quiet">
              A request made now is put to <First name={firstOf(order, away, at)} />
              {risk_level === "HIGH" ? "; four eyes pass over whoever asks for it" : null}.
            </p>
          </li>
        ))}
      </ul>
    </Part>
  );
};

const firstOf = (order: readonly string[], away: AwayList["away"], at: string): string | null =>
  askedFirst(order, { absences: away, excluded: [], now: at }).asked?.[0]?.name ?? null;

const First = ({ name }: { readonly name: string | null }) =>
  name === null ? <>everybody: nobody of the list is here</> : <Person id={name} />;
