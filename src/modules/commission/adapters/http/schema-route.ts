import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { termsSchema } from '../../domain/terms/reading/terms-form.ts';

const MEDIA_TYPE = 'application/schema+json';
const BODY = JSON.stringify(termsSchema);

export const schemaRoute: Route = route({
  method: 'get',
  path: '/v1/schemas/terms',
  operationId: 'getTermsSchema',
  tag: 'commission',
  summary: 'The language of terms as JSON Schema 2020-12',
  description:
    'For editors and programs that write terms. What lies beyond the form of each word (ranks that differ, shares that sum to 100) is judged when a draft is saved or terms are published.',
  access: 'public',
  crossOrigin: true,
  success: { 200: { mediaType: MEDIA_TYPE } },
  handle: () =>
    Promise.resolve({
      status: 200,
      headers: { 'Content-Type': MEDIA_TYPE, 'Cache-Control': 'public, max-age=3600' },
      body: BODY,
    }),
  respond: (answer) => answer,
});
