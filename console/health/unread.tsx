import { plural } from "../../shared/shown/words.ts";
import { Link } from "../parts/navigation.tsx";
import { pathOf } from "../routes.ts";

const MOST = 10;

/** The executions that are in no figure above, because they cannot be read. */
export const Unread = ({ executions }: { readonly executions: readonly string[] }) =>
  executions.length === 0 ? null : (
    <div class="unread">
      <p class="mind">
        {plural(executions.length, "execution")} could not be read and {executions.length === 1 ? "counts" : "count"} in
        none of this:
      </p>
      <ul class="names">
        {executions.slice(0, MOST).map((id) => (
          <li key={id}>
            <Link href={pathOf.execution(id)}>
              <code>{id}</code>
            </Link>
          </li>
        ))}
        {executions.length <= MOST ? null : <li>and {executions.length - MOST} more</li>}
      </ul>
    </div>
  );
