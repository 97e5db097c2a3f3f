import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsText, IsTextList } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { CreateClient } from '../../application/create-client.ts';
import type { RevokeClient } from '../../application/revoke-client.ts';
import type { ClientId } from '../../index.ts';
import type { ClientReader } from '../../ports/clients.ts';
import { clientView, ClientView, CreatedClientView, createdClientView } from './views.ts';

class ClientPath {
  @IsIdOf('cli') readonly clientId!: ClientId;
}

class ClientRequest {
  @IsText({ max: 200, example: 'Order-to-delivery system' }) readonly name!: string;
  @IsTextList({ min: 1, max: 100, example: ['events:write'] }) readonly scopes!: readonly string[];
  @IsIdOf('par', { optional: true, description: 'Confines the client to this partner; whether it exists is not asked' })
  readonly partnerId?: Id<'par'>;
}

class RevocationRequest {
  @IsText({ max: 500, example: 'The laptop that held the secret was lost' }) readonly reason!: string;
}

const ClientPage = pageOfShape(ClientView);

export const clientRoutes = (
  reader: ClientReader,
  createClient: CreateClient,
  revokeClient: RevokeClient,
): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/clients',
    operationId: 'createClient',
    tag: 'identity',
    summary: 'Give a machine credentials',
    description:
      'The secret is in the answer and nowhere else. With an Idempotency-Key the same answer is given again for a day, ' +
      'to this client alone; it is kept encrypted for that.',
    access: { scope: 'clients:write' },
    body: ClientRequest,
    confidential: true,
    success: { 201: CreatedClientView },
    errors: ['identity.scopes_refused', 'identity.unknown_scope', 'identity.staff_scope'],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      return createClient.run(body, actor.subject);
    },
    respond: (value) => ({
      ...created(`/v1/clients/${value.client.clientId}`, createdClientView(value)),
      headers: { Location: `/v1/clients/${value.client.clientId}`, 'Cache-Control': 'no-store' },
    }),
  }),
  route({
    method: 'get',
    path: '/v1/clients',
    operationId: 'listClients',
    tag: 'identity',
    summary: 'Clients, oldest first',
    access: { scope: 'clients:write' },
    query: PageQuery,
    success: { 200: ClientPage },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await reader.page(toPageRequest(query));
      return { data: data.map(clientView), nextCursor };
    },
  }),
  route({
    method: 'post',
    path: '/v1/clients/{clientId}/revoke',
    operationId: 'revokeClient',
    tag: 'identity',
    summary: 'End a client and its tokens',
    description: 'No token is issued from now on; those that were end within a minute. Cannot be undone.',
    access: { scope: 'clients:write' },
    params: ClientPath,
    body: RevocationRequest,
    success: { 200: ClientView },
    errors: ['identity.unknown_client'],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      return revokeClient.run(params.clientId, body.reason, actor.subject);
    },
    respond: (client) => ({ status: 200, body: clientView(client) }),
  }),
];
