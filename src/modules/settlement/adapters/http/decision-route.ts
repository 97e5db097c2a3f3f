import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { type Route, route, type RouteSpec } from '../../../../infrastructure/http/route.ts';
import type { Shape } from '../../../../shared/shape.ts';

type Words = 'path' | 'operationId' | 'summary' | 'access' | 'params' | 'errors';

interface Decision<Params extends object, Decided, View extends object> extends Pick<
  RouteSpec<Params, object, object, Decided>,
  Words
> {
  readonly view: Shape<View>;
  readonly shown: (decided: Decided) => View;
  readonly decide: (params: Params, by: string) => Promise<Decided>;
  /** Tells whoever posts bookings that there are some. */
  readonly ring: () => void;
}

/** One person's word on what another has asked for. */
export const decisionRoute = <Params extends object, Decided, View extends object>({
  view,
  shown,
  decide,
  ring,
  ...words
}: Decision<Params, Decided, View>): Route =>
  route({
    ...words,
    method: 'post',
    tag: 'settlement',
    idempotency: 'required',
    success: { 200: view },
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      const decided = await decide(params, actor.subject);
      ring();
      return decided;
    },
    respond: (decided) => ({ status: 200, body: shown(decided) }),
  });
