import { plural } from "../../shared/shown/words.ts";
import { type CheckReport, type VerificationReport, verdictOf } from "../../shared/verification/finding.ts";
import { Text } from "../parts/text.tsx";

const SAYS = {
  OK: "The record fits together.",
  INCOMPLETE: "Nothing contradicts the record, but not all is proven.",
  TAMPERED: "The record contradicts itself, its seal or the key.",
  UNREACHABLE: "There was nothing to look at.",
} as const;

const SIGNS = { OK: "✓", INCOMPLETE: "…", TAMPERED: "✗", UNREACHABLE: "?" } as const;

/** Of one check, as many as a person reads. */
const MOST_SHOWN = 50;

export const Report = ({ report, keyGiven }: { readonly report: VerificationReport; readonly keyGiven: boolean }) => {
  const { execution_id, verdict, sealed, checks } = report;
  return (
    <section class={`report report-${verdict}`} aria-label="Report">
      <h2>
        <span aria-hidden="true">{SIGNS[verdict]}</span> {verdict}
      </h2>
      <p>
        <strong>{SAYS[verdict]}</strong> Execution <code>{execution_id}</code>
      </p>
      {sealed === null ? null : (
        <p class="quiet">
          {plural(sealed.manifest, "manifest")}; the last has the digest <code>{sealed.digest}</code>.{" "}
          {keyGiven ? "Signatures were checked with the key that was given." : "No public key was given."}
        </p>
      )}
      <ul class="checks">
        {checks.map((check) => (
          <Check key={check.check} check={check} />
        ))}
      </ul>
    </section>
  );
};

const Check = ({ check }: { readonly check: CheckReport }) => {
  const verdict = verdictOf(check.findings);
  const more = check.findings.length - MOST_SHOWN;
  return (
    <li class={`check-line check-${verdict}`}>
      <span aria-hidden="true">{SIGNS[verdict]}</span>
      <span class="for-readers">{verdict}: </span> {check.says} <span class="quiet">({check.examined})</span>
      {check.findings.length === 0 ? null : (
        <ul>
          {check.findings.slice(0, MOST_SHOWN).map(({ severity, where, message, expected, found }) => (
            <li key={`${where} ${message}`}>
              {severity === "note" ? "note: " : ""}
              <strong>
                <Text text={where} />
              </strong>
              : <Text text={message} />
              {expected === null ? null : (
                <p class="quiet">
                  expected <Text text={expected} />
                </p>
              )}
              {found === null ? null : (
                <p class="quiet">
                  found <Text text={found} />
                </p>
              )}
            </li>
          ))}
          {more > 0 ? <li>and {more} more</li> : null}
        </ul>
      )}
    </li>
  );
};
