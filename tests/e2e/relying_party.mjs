// A site that uses openid-client as its documentation says, with every check it has switched on; a test asks it what it got.
//
// node relying_party.mjs MODULES ISSUER CLIENT_ID CLIENT_SECRET
// It prints its origin, serves one person at a time, and answers with JSON. Of kept tokens `?at=` names which: 0 is the first.
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, issuer, clientId, clientSecret] = process.argv.slice(2);
const client = await import(pathToFileURL(join(modules, "openid-client", "build", "index.js")));

const secure = issuer.startsWith("https:");
// Without this the library speaks https only; the signature of each ID token is checked although TLS would do (Core §3.1.3.7).
const execute = [client.enableNonRepudiationChecks, ...(secure ? [] : [client.allowInsecureRequests])];
let config;
let asked;
let kept;

const take = (tokens) => {
  kept.access.push(tokens.access_token);
  if (tokens.refresh_token) kept.refresh.push(tokens.refresh_token);
  if (tokens.id_token) kept.id.push(tokens.id_token);
  return { claims: tokens.claims(), scope: tokens.scope, expires_in: tokens.expires_in, token_type: tokens.token_type };
};
const chosen = (url) => kept[url.searchParams.get("of") ?? "refresh"].at(Number(url.searchParams.get("at") ?? -1));
const away = (location) => ({ location: location.href });

const doors = {
  async "/sign-in"(url) {
    config ??= await client.discovery(new URL(issuer), clientId, clientSecret, client.ClientSecretBasic(), { execute });
    asked = { verifier: client.randomPKCECodeVerifier(), state: client.randomState(), nonce: client.randomNonce() };
    kept = { access: [], refresh: [], id: [] };
    return away(client.buildAuthorizationUrl(config, {
      redirect_uri: `${origin}/callback`,
      code_challenge: await client.calculatePKCECodeChallenge(asked.verifier),
      code_challenge_method: "S256",
      state: asked.state,
      nonce: asked.nonce,
      ...Object.fromEntries(url.searchParams),
    }));
  },
  async "/callback"(url) {
    const tokens = await client.authorizationCodeGrant(config, url, {
      pkceCodeVerifier: asked.verifier,
      expectedState: asked.state,
      expectedNonce: asked.nonce,
      idTokenExpected: true,
      maxAge: 3600,
    });
    const subject = tokens.claims().sub;
    return { ...take(tokens), userinfo: await client.fetchUserInfo(config, tokens.access_token, subject) };
  },
  async "/refresh"(url) {
    const scope = url.searchParams.get("scope");
    return take(await client.refreshTokenGrant(config, chosen(url), scope ? { scope } : undefined));
  },
  async "/client-credentials"() {
    return take(await client.clientCredentialsGrant(config));
  },
  "/introspect": (url) => client.tokenIntrospection(config, chosen(url)),
  async "/revoke"(url) {
    await client.tokenRevocation(config, chosen(url));
    return {};
  },
  "/userinfo": (url) => client.fetchUserInfo(config, chosen(url), client.skipSubjectCheck),
  async "/sign-out"(url) {
    const hint = url.searchParams.has("unasked") ? { id_token_hint: kept.id.at(-1) } : {};
    const back = { post_logout_redirect_uri: `${origin}/signed-out`, state: "a state of ours" };
    return away(client.buildEndSessionUrl(config, { ...back, ...hint }));
  },
  "/signed-out": (url) => Object.fromEntries(url.searchParams),
};

/** What the library refused with, or what it made of a refusal it was sent. */
const refusal = ({ name, code, error, status, cause, message }) => ({
  refused: name, code, error, status, challenge: Array.isArray(cause) ? cause[0].parameters : undefined, message,
});

const server = createServer(async (request, response) => {
  const url = new URL(request.url, origin);
  const door = doors[url.pathname];
  const said = door ? await Promise.resolve().then(() => door(url)).catch(refusal) : { refused: "nothing here" };
  const redirect = said.location ? { location: said.location } : {};
  response.writeHead(said.location ? 303 : 200, { "content-type": "application/json", ...redirect });
  response.end(JSON.stringify(said));
});
let origin;
server.listen(0, "127.0.0.1", () => {
  origin = `http://localhost:${server.address().port}`;
  console.log(`READY ${origin}`);
});
