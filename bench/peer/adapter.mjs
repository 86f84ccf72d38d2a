// One row per record over Azure Tables, as plain as the adapter contract of oidc-provider allows.
//
// A table per model, the record's id as its partition: every read and write on the way of a request is a point operation,
// and nothing is read before it is written. The one exception to "one row" are sessions, which tokens look up by `uid`:
// they are written twice, side by side, so that looking one up stays a single read. Tables have no second index, so what
// only happens when somebody revokes (all tokens of a grant) looks for them by a filter.
import { TableClient, odata } from '@azure/data-tables';

const ROW = 'record';
const BY_UID = 'uid';
const GRANTABLE = ['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode', 'BackchannelAuthenticationRequest'];
const OPTIONS = { allowInsecureConnection: true };

export default function adapterOver(connection, prefix) {
  const tables = new Map();

  function table(model) {
    if (!tables.has(model)) {
      tables.set(model, TableClient.fromConnectionString(connection, `${prefix}${model}`, OPTIONS));
    }
    return tables.get(model);
  }

  async function read(model, id, row) {
    try {
      const entity = await table(model).getEntity(id, row);
      if (entity.expires && entity.expires * 1000 <= Date.now()) return undefined;
      const payload = JSON.parse(entity.payload);
      return entity.consumed ? { ...payload, consumed: entity.consumed } : payload;
    } catch (error) {
      if (error.statusCode === 404) return undefined;
      throw error;
    }
  }

  async function remove(model, id, row) {
    try {
      await table(model).deleteEntity(id, row);
    } catch (error) {
      if (error.statusCode !== 404) throw error;
    }
  }

  async function* found(model, filter) {
    for await (const entity of table(model).listEntities({ queryOptions: { filter } })) yield entity;
  }

  return class TableAdapter {
    static async provision(models) {
      await Promise.all(models.map((model) => table(model).createTable()));
    }

    constructor(model) {
      this.model = model;
    }

    async upsert(id, payload, expiresIn) {
      const entity = {
        partitionKey: id,
        rowKey: ROW,
        payload: JSON.stringify(payload),
        ...(expiresIn && { expires: Math.floor(Date.now() / 1000) + expiresIn }),
        ...(payload.grantId && { grantId: payload.grantId }),
        ...(payload.userCode && { userCode: payload.userCode }),
      };
      const writes = [table(this.model).upsertEntity(entity, 'Replace')];
      if (this.model === 'Session') {
        writes.push(table(this.model).upsertEntity({ ...entity, partitionKey: payload.uid, rowKey: BY_UID }, 'Replace'));
      }
      await Promise.all(writes);
    }

    async find(id) {
      return read(this.model, id, ROW);
    }

    async findByUid(uid) {
      return read(this.model, uid, BY_UID);
    }

    async findByUserCode(userCode) {
      for await (const entity of found(this.model, odata`userCode eq ${userCode}`)) return this.find(entity.partitionKey);
      return undefined;
    }

    async consume(id) {
      const consumed = Math.floor(Date.now() / 1000);
      await table(this.model).updateEntity({ partitionKey: id, rowKey: ROW, consumed }, 'Merge');
    }

    async destroy(id) {
      const session = this.model === 'Session' ? await this.find(id) : undefined;
      await Promise.all([
        remove(this.model, id, ROW),
        ...(session ? [remove(this.model, session.uid, BY_UID)] : []),
      ]);
    }

    async revokeByGrantId(grantId) {
      for (const model of GRANTABLE) {
        for await (const entity of found(model, odata`grantId eq ${grantId}`)) await remove(model, entity.partitionKey, ROW);
      }
    }
  };
}
