import { Notice } from "./notice.tsx";
import { Text } from "./text.tsx";

const MOST = 10;

/** Things that are on record and cannot be read: a list that left them out in silence would pass for whole. */
export const Unreadable = ({ names, one }: { readonly names: readonly string[]; readonly one: string }) =>
  names.length === 0 ? null : (
    <Notice weight="mind">
      <p>
        {names.length === 1 ? `One more ${one} is` : `${names.length} more ${one}s are`} on record and cannot be read.
        Whoever runs this Buddy finds in its runbook what to do.
      </p>
      <ul class="names">
        {names.slice(0, MOST).map((name) => (
          <li key={name}>
            <Text text={name} inLine />
          </li>
        ))}
        {names.length <= MOST ? null : <li>and {names.length - MOST} more</li>}
      </ul>
    </Notice>
  );
