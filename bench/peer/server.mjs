// npm oidc-provider as the benchmark runs it: production mode, one process, every record in Azure Tables.
//
// PORT, TABLES (a connection string), PREFIX (of its tables) and SEED (accounts, clients) come from the environment.
// Signing in takes an account's id and no password: what a password costs is not compared.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';

import Provider from 'oidc-provider';
import adapterOver from './adapter.mjs';

const { PORT, TABLES, PREFIX, SEED } = process.env;
const seed = JSON.parse(SEED);
const issuer = `http://localhost:${PORT}`;
const api = 'urn:bench:api';
const Adapter = adapterOver(TABLES, PREFIX);
const accounts = new Adapter('Account');
const MODELS = ['AccessToken', 'Account', 'AuthorizationCode', 'Client', 'ClientCredentials', 'Grant', 'Interaction', 'RefreshToken', 'ReplayDetection', 'Session'];

await Adapter.provision(MODELS);
for (const client of seed.clients) await new Adapter('Client').upsert(client.client_id, client);
for (const account of seed.accounts) await accounts.upsert(account.sub, account);

async function findAccount(_ctx, sub) {
  const profile = await accounts.find(sub);
  return profile && { accountId: sub, claims: () => profile };
}

// Clients of the house are not asked about: the first request makes the grant, later ones find it.
async function loadExistingGrant({ oidc }) {
  const known = oidc.session.grantIdFor(oidc.client.clientId);
  if (known) return oidc.provider.Grant.find(known);
  const grant = new oidc.provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
  grant.addOIDCScope('openid profile email');
  await grant.save();
  return grant;
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const provider = new Provider(issuer, {
  adapter: Adapter,
  findAccount,
  loadExistingGrant,
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'es' }] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  claims: { openid: ['sub'], profile: ['name', 'given_name', 'family_name', 'locale'], email: ['email', 'email_verified'] },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  issueRefreshToken: async (_ctx, client, code) => client.grantTypeAllowed('refresh_token') && code.scopes.has('openid'),
  rotateRefreshToken: true,
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    revocation: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx) => (ctx.oidc.body?.grant_type === 'client_credentials' ? api : undefined),
      getResourceServerInfo: () => ({ scope: 'api', accessTokenTTL: 300, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }),
    },
  },
  ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 300, ClientCredentials: 300, RefreshToken: 30 * 86400, Interaction: 3600, Session: 86400, Grant: 30 * 86400 },
});
provider.on('server_error', (_ctx, error) => console.error(error));

async function interact(request, response) {
  if (request.method === 'GET') {
    await provider.interactionDetails(request, response);
    response.setHeader('content-type', 'text/html; charset=utf-8').end('<form method=post><input name=account></form>');
    return;
  }
  const accountId = new URLSearchParams(await text(request)).get('account');
  await provider.interactionFinished(request, response, { login: { accountId, amr: ['pwd'] } });
}

const answer = provider.callback();
const server = createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) return answer(request, response);
  return interact(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(PORT), '127.0.0.1', () => {
  const { version } = createRequire(import.meta.url)('./node_modules/oidc-provider/package.json');
  console.log(`oidc-provider ${version} on Node ${process.versions.node}`);
  console.log(`READY ${issuer}`);
});
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
