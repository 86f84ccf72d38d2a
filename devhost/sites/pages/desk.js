// The desk: how a site without a server signs people in through Sluis, with npm's oidc-client-ts.
//
// It asks silently first, by sending the whole page to the issuer with prompt=none: browsers keep an issuer's
// cookies out of frames on other sites, so the hidden frame of older examples would always find nobody.

const CLIENT_ID = "desk";
const ASKED = "asked-silently";
// What prompt=none answers when the issuer would have to show a page first (OpenID Connect Core §3.1.2.6).
const NOT_SILENTLY = ["login_required", "interaction_required", "consent_required", "account_selection_required"];

const issuer = document.querySelector("main").dataset.issuer;
const at = (id) => document.getElementById(id);

const client = new oidc.UserManager({
  authority: issuer,
  client_id: CLIENT_ID,
  redirect_uri: `${location.origin}/callback.html`,
  scope: "openid profile",
  loadUserInfo: true,
  filterProtocolClaims: false, // keep amr and auth_time: this page shows them
  automaticSilentRenew: false, // renewal would use the hidden frame
  userStore: new oidc.WebStorageStateStore({ store: sessionStorage }), // signed in for this tab only
});

const when = (seconds) => `${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;

// One line for each, so that the claims of two sites are compared at a glance.
function lines(claims) {
  const each = Object.keys(claims).sort().map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(claims[name])}`);
  return `{\n${each.join(",\n")}\n}`;
}

function show(claims) {
  at("greeting").textContent = `Hello, ${claims.name ?? "whoever you are"}`;
  at("sub").textContent = claims.sub;
  at("amr").textContent = claims.amr?.join(", ") ?? "not told";
  at("auth-time").textContent = claims.auth_time ? when(claims.auth_time) : "not told";
  at("claims").textContent = lines(claims);
  at("status").hidden = true;
  at("signed-out").hidden = true;
  at("signed-in").hidden = false;
}

function invite(words = "") {
  at("greeting").textContent = "You are not signed in here";
  at("status").textContent = words;
  at("status").hidden = !words;
  at("signed-in").hidden = true;
  at("signed-out").hidden = false;
}

function complain(error) {
  const away = error instanceof TypeError || error instanceof oidc.ErrorTimeout; // what fetch throws, and our timer
  invite();
  at("error").textContent = away
    ? `The issuer does not answer (${error.message}). Try again in a moment.`
    : `${error.error ?? error.name}: ${error.error_description ?? error.message}`;
  at("error").hidden = false;
}

async function signIn(prompt) {
  if (prompt === "none") sessionStorage.setItem(ASKED, "yes");
  // The library adds state and PKCE by itself, the nonce only when it is given one.
  await client.signinRedirect({ prompt, nonce: crypto.randomUUID() });
}

async function signOut() {
  // Here only; the session at the issuer goes on. We remember having asked, or we would be back at once.
  sessionStorage.setItem(ASKED, "yes");
  await client.removeUser();
  invite();
}

async function start() {
  const user = await client.getUser();
  if (user) return show(user.profile);
  if (sessionStorage.getItem(ASKED)) return invite();
  await signIn("none");
}

async function finish() {
  const answer = new URLSearchParams(location.search);
  history.replaceState(null, "", "/"); // the code leaves the address bar, also when something fails below
  // The library leaves the issuer of the answer (RFC 9207), and of the ID token, to us.
  if (answer.get("iss") !== issuer) throw new Error("This answer does not come from the issuer that was asked.");

  const user = await client.signinRedirectCallback(`${location.origin}/callback.html?${answer}`);
  const { iss, aud } = user.profile;
  if (iss !== issuer || ![aud].flat().includes(CLIENT_ID)) {
    await client.removeUser();
    throw new Error("This ID token was not made by the issuer for this site.");
  }
  show(user.profile);
}

async function run(step) {
  at("error").hidden = true;
  try {
    await step();
  } catch (error) {
    if (NOT_SILENTLY.includes(error.error)) invite(`Nobody could be signed in silently (${error.error}).`);
    else complain(error);
  }
}

at("sign-in").addEventListener("click", () => run(() => signIn()));
at("silent").addEventListener("click", () => run(() => signIn("none")));
at("sign-out").addEventListener("click", () => run(signOut));
run(location.pathname === "/callback.html" ? finish : start);
