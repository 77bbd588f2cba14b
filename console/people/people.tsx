import type { CallerNameList } from "../../functions/api/schemas.ts";
import { allContracts } from "../client/all-contracts.ts";
import type { Api } from "../client/api.ts";
import type { Open } from "../client/open-requests.ts";
import { type Polled, usePolled } from "../client/polled.ts";
import { NotYet } from "../parts/notice.tsx";
import { Away } from "./away.tsx";
import { Lists } from "./lists.tsx";
import { Names } from "./names.tsx";
import { OnTheirWay } from "./on-their-way.tsx";
import { SayAway } from "./say-away.tsx";

const SECONDS = 30;

/** Contracts change seldom. */
const LISTS_SECONDS = 300;

type PeopleProps = {
  readonly api: Api;
  readonly open: Open;
  readonly me: string;
  readonly names: Polled<CallerNameList>;
};

/** The people who are away, and whom requests are put to, one after the other. */
export const People = ({ api, open, me, names }: PeopleProps) => {
  const { value, problem, at, again } = usePolled("away", () => api.away(), SECONDS);
  const contracts = usePolled("contracts with lists", () => allContracts(api), LISTS_SECONDS);
  if (value === undefined) return <NotYet what="people" problem={problem} />;
  return (
    <div class="sheet people">
      <h1>People</h1>
      <Away api={api} away={value.away} me={me} at={at} acted={again} />
      <SayAway api={api} me={me} acted={again} />
      <OnTheirWay requests={open.requests ?? []} />
      {contracts.value === undefined ? null : (
        <Lists contracts={contracts.value.contracts} away={value.away} at={new Date(at).toISOString()} />
      )}
      {names.value === undefined ? null : <Names api={api} names={names.value.names} acted={names.again} />}
    </div>
  );
};
