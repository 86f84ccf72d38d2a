// A site without a server that signs people in on a page of its own: the form below is its own, the session is the issuer's.

const issuer = document.body.dataset.issuer;
const client_id = "own-form";
const redirect_uri = `${location.origin}/callback`;
const at = (id) => document.getElementById(id);
const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

function show(id, words) {
  at(id).hidden = false;
  if (words) at(id).textContent = words;
}

// 1. The whole page goes to the issuer, which sets its flow cookie and sends the person back here, to `/sign-in`.
async function begin(more = {}) {
  const [state, verifier] = [random(), random()];
  sessionStorage.setItem("begun", JSON.stringify({ state, verifier }));
  const challenge = base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
  const asked = { client_id, redirect_uri, response_type: "code", scope: "openid profile", state,
    code_challenge: challenge, code_challenge_method: "S256", ...more };
  location.assign(`${issuer}/authorize?${new URLSearchParams(asked)}`);
}

// 2. The flow came in the fragment, which no server sees. It goes out of the address, and into the body of what is sent.
function ask() {
  const given = new URLSearchParams(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
  if (given.get("iss") !== issuer || !given.get("flow")) return begin();
  show("form");
  at("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(`${issuer}/sign-in`, {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ flow: given.get("flow"), email: at("email").value, password: at("password").value }),
    });
    const said = await answer.json();
    // 3. The link is worth something in this browser only: there the issuer sets its session and goes on to `/callback`.
    if (answer.ok) return location.assign(said.links.continue);
    if (said.type === "urn:sluis:problem:stale-form") return begin();
    show("error", said.errors?.[0].message ?? said.title);
  });
}

// 4. From here on it is the code flow as everywhere.
async function redeem() {
  const given = new URLSearchParams(location.search);
  const begun = JSON.parse(sessionStorage.getItem("begun"));
  history.replaceState(null, "", "/");
  if (given.get("state") !== begun.state || given.get("iss") !== issuer) return show("error", "This answers another question.");
  if (given.get("error")) return show("error", given.get("error"));
  const asked = { grant_type: "authorization_code", code: given.get("code"), code_verifier: begun.verifier, client_id, redirect_uri };
  const tokens = await (await fetch(`${issuer}/token`, { method: "POST", body: new URLSearchParams(asked) })).json();
  const headers = { Authorization: `Bearer ${tokens.access_token}` };
  show("name", (await (await fetch(`${issuer}/userinfo`, { headers })).json()).name);
}

if (location.pathname === "/sign-in") ask();
else if (location.pathname === "/callback") redeem();
else {
  show("begin");
  at("begin").addEventListener("click", () => begin(Object.fromEntries(new URLSearchParams(location.search))));
}
