/** The pages of the form application, as text. */

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><main>${body}</main></body></html>`;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

export const startPage = (extra = ""): string =>
  page(
    "Create your account",
    `<h1>Create your account</h1>
<form aria-label="Account" method="post" action="/account">
<label>Work email <input id="email" name="email" type="email"></label>
<label>Company <input id="company" name="company" value="Acme"></label>
<label>Plan <select id="plan" name="plan"><option value="free">Free</option><option value="team">Team</option></select></label>
<label>News <input id="news" name="news" type="checkbox"></label>
<label>Password <input id="password" name="password" type="password" value="hunter2-hunter2"></label>
<label>Reference <input id="reference" name="reference"></label>
<button id="next">Next</button></form>${extra}`,
  );

export const confirmPage = (account: string): string =>
  page(
    "Confirm",
    `<h1>Confirm</h1><p id="account">${escaped(account)}</p>
<form aria-label="Confirmation" method="post" action="/confirm"><input type="hidden" name="account" value="${escaped(account)}">
<label>Reference <input id="reference" name="reference"></label><button id="confirm">Open the account</button></form>`,
  );

export const donePage = (): string => page("Done", `<h1>Done</h1><p role="status">The account is open.</p>`);

export const signInPage = (): string =>
  page(
    "Sign in",
    `<form aria-label="Sign in" method="post" action="/session"><label>User <input name="user"></label>
<label>Password <input name="password" type="password"></label><button>Sign in</button></form>`,
  );

/** For who asks whether something was done. */
export const askedPage = (reference: string, made: boolean): string =>
  page(
    "Asked",
    `<h1>Asked</h1><p id="made">${made ? "made" : "not made"}</p><p id="reference">${escaped(reference)}</p>`,
  );

/**
 * Sends something when its button is clicked, after a moment of its own where it says so; then it does `then` with what
 * it was answered: `said` is the place for messages, in which `before` stands.
 */
const saying = (before: string, then: string, { first = "", after_ms = 0 } = {}): string =>
  `<div id="box"><p role="status">${before}</p></div><button id="go">Go</button><script>
const said = () => document.querySelector('[role=status]');
document.getElementById('go').onclick = () => {
  ${first};
  setTimeout(() => fetch('/made', { method: 'POST', body: 'said' }).then(({ ok }) => { ${then} }), ${after_ms});
};</script>`;

/** Pages on which something odd happens when a button is clicked. */
export const oddPage = (kind: string, elsewhere: string): string =>
  page(
    "Odd",
    {
      dialog: `<button id="go" onclick="if (confirm('Delete it?')) fetch('/made', { method: 'POST', body: 'dialog' })">Go</button>`,
      alert: `<button id="go" onclick="alert('Saved'); fetch('/made', { method: 'POST', body: 'alert' })">Go</button>`,
      tab: `<button id="go" onclick="window.open('/done'); fetch('/made', { method: 'POST', body: 'tab' })">Go</button>`,
      download: `<a id="go" href="/file" download>Go</a>`,
      linked_download: `<a id="go" href="/file">Go</a>`,
      answered_nothing: `<form method="post" action="/made/nothing"><button id="go" name="form" value="sent">Go</button></form>`,
      answered_file: `<form method="post" action="/made/file"><button id="go" name="form" value="sent">Go</button></form>`,
      elsewhere: `<a id="go" href="${elsewhere}">Go</a>`,
      posted_elsewhere: `<form method="post" action="${elsewhere}"><button id="go">Go</button></form>`,
      said_again: saying("Saved", "said().textContent = 'Saved'"),
      drawn_again: saying("Saved", "document.getElementById('box').innerHTML = '<p role=status>Saved</p>'"),
      gone_and_back: saying("Saved", "said().textContent = 'Saved'", { first: "said().textContent = ''" }),
      hidden_meanwhile: saying("Saved", "said().hidden = false", { first: "said().hidden = true" }),
      removed_meanwhile: saying("Saved", "box.append(old)", { first: "var old = said(); old.remove()" }),
      said_otherwise: saying("Saved once", "said().textContent = 'Saved twice'"),
      said_besides: saying("Saved", "box.append(said().cloneNode(true))"),
      said_first: saying("", "said().textContent = ok ? 'Saved' : 'Failed'", { after_ms: 400 }),
      emptied: saying("Saved", "", { first: "said().style.padding = '1em'; said().textContent = ''" }),
      two_steps: `${saying("", "said().textContent = 'Draft kept'")}<button id="second">Second</button>`,
      loaded_anew: `<p role="status">Saved</p><a id="go" href="/odd/loaded_anew">Go</a>`,
      closing: `<button id="go" onclick="fetch('/made', { method: 'POST', body: 'closing' }).then(() => window.close())">Go</button>`,
      twice: `<button class="go">Go</button><button class="go">Go</button>`,
      covered: `<div style="position:fixed;inset:0"></div><button id="go">Go</button>`,
      disabled: `<button id="go" disabled>Go</button>`,
      fleeting: `<button id="go" onclick="document.getElementById('second').remove(); fetch('/made', { method: 'POST', body: 'fleeting' })">Go</button><button id="second">Second</button>`,
      late: `<p>Wait</p><script>setTimeout(() => { document.querySelector('p').innerHTML = '<button id="go" onclick="fetch(\\'/made\\', { method: \\'POST\\', body: \\'late\\' })">Go</button>' }, 400)</script>`,
      fontless: `<style>@font-face { font-family: awaited; src: url("/never") } button { font-family: awaited }</style><button id="go" onclick="fetch('/made', { method: 'POST', body: 'fontless' })">Go</button>`,
      busy: `<button id="go">Go</button><script>addEventListener("load", () => { const end = Date.now() + 60_000; while (Date.now() < end); })</script>`,
      asking: `<button id="go" onclick="fetch('/made', { method: 'POST', body: 'asking' }); setInterval(() => alert('Again'), 1)">Go</button>`,
      sends_by_itself: `<script>fetch('/made', { method: 'POST', body: 'itself' }).catch(() => {})</script><p id="text">Here</p><button id="go">Go</button>`,
      framed: `<iframe src="${elsewhere}"></iframe><img src="${elsewhere}picture.png"><p id="text">Here</p>`,
      socket: `<p id="text">Here</p><script>new WebSocket('${elsewhere.replace(/^http/, "ws")}')</script>`,
    }[kind] ?? "",
  );
