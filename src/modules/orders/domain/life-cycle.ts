import type { Lifecycle } from '../../../shared/lifecycle.ts';

/**
 *   reserved ─▶ placed ─▶ confirmed ─▶ in_production ─▶ in_transit ─▶ delivered ─▶ completed
 *      └──────────┴───────────┴──────────────┴──────────────┘            │             │
 *                             ▼                                          ├─────────────┤
 *                         cancelled                                      ▼             ▼
 *                                                             returned (nothing left), charged_back
 *
 * Steps may be skipped, for not every seller tells of every step; going back is not possible. Lines that return one by
 * one leave the state as it is until nothing is left.
 */
export const lifecycle = {
  unknown: { reserved: 'reserved', placed: 'placed' },
  reserved: {
    placed: 'placed',
    confirmed: 'confirmed',
    in_production: 'in_production',
    in_transit: 'in_transit',
    delivered: 'delivered',
    completed: 'completed',
    cancelled: 'cancelled',
  },
  placed: {
    confirmed: 'confirmed',
    in_production: 'in_production',
    in_transit: 'in_transit',
    delivered: 'delivered',
    completed: 'completed',
    cancelled: 'cancelled',
    charged_back: 'charged_back',
  },
  confirmed: {
    in_production: 'in_production',
    in_transit: 'in_transit',
    delivered: 'delivered',
    completed: 'completed',
    cancelled: 'cancelled',
    charged_back: 'charged_back',
  },
  in_production: {
    in_transit: 'in_transit',
    delivered: 'delivered',
    completed: 'completed',
    cancelled: 'cancelled',
    charged_back: 'charged_back',
  },
  in_transit: { delivered: 'delivered', completed: 'completed', cancelled: 'cancelled', charged_back: 'charged_back' },
  delivered: { completed: 'completed', returned: 'returned', charged_back: 'charged_back' },
  completed: { returned: 'returned', charged_back: 'charged_back' },
  cancelled: {},
  returned: {},
  charged_back: {},
} as const satisfies Lifecycle;

export type OrderState = keyof typeof lifecycle;
