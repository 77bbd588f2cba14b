import type { ApprovalView } from "../../functions/api/schemas.ts";
import { goesOn } from "../../shared/execution/approval/asking.ts";
import { Person } from "../parts/person.tsx";
import { Moment } from "../parts/time.tsx";

/** To whom a request goes next, and when, while nobody opens it. */
export const GoesOn = ({ request }: { readonly request: ApprovalView }) => {
  const next = goesOn(request);
  if (next === undefined) return <>stays there</>;
  const [first = "", ...others] = next.to;
  return (
    <>
      {next.soon
        ? "goes on within a minute, to "
        : next.at === null
          ? "goes on when somebody comes or goes, to "
          : "unopened, goes on to "}
      {first === "" ? "everybody" : <Person id={first} />}
      {others.map((name) => (
        <span key={name}>
          {", then "}
          <Person id={name} />
        </span>
      ))}
      {next.at === null ? null : (
        <>
          {" at "}
          <Moment at={next.at} />, sooner where who was asked is away
        </>
      )}
    </>
  );
};
