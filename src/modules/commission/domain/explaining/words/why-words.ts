import type { Answer } from '../why.ts';
import { commissionStateName, orderStateName, touchKindName } from './chinese-names.ts';
import { oneLine } from './one-line.ts';
import type { Language } from './words.ts';

/** What is said of an order beside the explanations of its commissions. */
export interface WhyWords {
  readonly order: (orderRef: string, orderId: string, placedAt: string, state: string) => string;
  readonly answers: Readonly<Record<Answer, string>>;
  readonly decided: (at: string, policyVersion: number) => string;
  readonly nobody: (reason: string) => string;
  readonly touch: (whose: string, kind: string, at: string, fate: string, share: string | null) => string;
  readonly someone: Readonly<Record<'another_partner' | 'nobody', string>>;
  readonly uncalculated: (since: string, why: string) => string;
  readonly commission: (id: string, partnerId: string, amount: string, state: string, reason?: string) => string;
  /** What became of a commission after it was calculated. */
  readonly since: {
    readonly reversed: (reason?: string) => string;
    readonly clawedBack: (amount: string, reason?: string) => string;
    readonly toppedUp: (amount: string, reason?: string) => string;
    readonly takenOff: (amount: string, reason?: string) => string;
    readonly now: string;
    readonly left: (amount: string) => string;
  };
  /** What became of a touch, or why nobody is credited; codes that are not here are shown as they are. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** A code as words: `in_transit`. */
const spaced = (code: string): string => oneLine(code.replaceAll('_', ' '));

const because = (reason?: string): string => (reason === undefined ? '' : `, because ${reason}`);

const ENGLISH: WhyWords = {
  order: (orderRef, orderId, placedAt, state) =>
    `Order ${orderRef} (${orderId}), placed ${placedAt}, now ${spaced(state)}:`,
  answers: {
    earned: 'it earned a commission',
    taken_back: 'what it earned was taken back',
    earned_nothing: 'it is credited, and by the terms it earns nothing',
    nobody_credited: 'nobody is credited with it',
    not_calculated: 'it is credited, and could not be calculated yet',
    not_decided: 'its credit is not decided yet',
  },
  decided: (at, version) => `credit, decided ${at} by policy version ${version}:`,
  nobody: (reason) => `nobody: ${reason}`,
  touch: (whose, kind, at, fate, share) =>
    `${spaced(kind)} of ${whose} at ${at}: ${fate}${share === null ? '' : ` (${share === '1/1' ? 'all' : share} of the order)`}`,
  someone: { another_partner: 'another partner', nobody: 'nobody we know' },
  uncalculated: (since, why) => `nobody can calculate it as it is, since ${since}: ${why}`,
  commission: (id, partnerId, amount, state, reason) =>
    `commission ${id} of ${partnerId}: ${amount}, ${state}${because(reason)}`,
  since: {
    reversed: (reason) => `since then it was reversed${because(reason)}: nothing of it is earned`,
    clawedBack: (amount, reason) => `since it locked, ${amount} of it was taken back${because(reason)}`,
    toppedUp: (amount, reason) => `since it locked, the terms added ${amount} to it${because(reason)}`,
    takenOff: (amount, reason) => `since it locked, the terms took ${amount} off it${because(reason)}`,
    left: (amount) => `what it comes to by now: ${amount}`,
    now: 'what the order earns by now:',
  },
  reasons: {
    won: 'won',
    other_program: 'it belongs to another program',
    after_order: 'it came after the order',
    kind_not_counted: 'the policy does not count touches of this kind',
    outside_window: 'it is too long ago for the policy',
    claim_too_late: 'it was claimed too late',
    order_suppressed: 'a code of the order earns nobody anything',
    code_suppressed: 'this code earns nobody anything',
    code_without_click: 'this code counts only beside a click of its partner',
    exclusive_code: "another partner's exclusive code was used",
    stood_down: 'it stood down for a touch shortly before',
    in_cart: 'it came when the cart was full already',
    preferred_partner: 'a preferred partner comes first',
    lower_precedence: 'a touch of another kind comes first',
    earlier_touch: 'a later touch won',
    later_touch: 'an earlier touch won',
    same_partner: 'another touch of the same partner stands for it',
    no_share: 'the model gives it nothing',
    unknown_link: 'nobody knows the link',
    link_suspended: 'the link was suspended',
    not_enrolled: 'the partner was not enrolled in the program',
    coupon_disabled: 'the code was disabled',
    no_touchpoint: 'no touch of any partner is known',
    click_unknown: 'the order names a click that nobody has told us of',
    unknown_program: 'the order names a program that does not exist, and waits until it does',
    order_cancelled: 'the order was cancelled',
    order_returned: 'the order came back',
    lines_returned: 'some of the order came back',
    order_charged_back: 'the customer took the payment back',
    fraud_rejected: 'it was rejected as fraud',
    attribution_changed: 'the credit went elsewhere',
    review_ended: 'a review ended it',
    period_changed: 'other orders of its period came or went',
  },
};

const dueTo = (reason?: string): string => (reason === undefined ? '' : `（原因：${reason}）`);

const CHINESE: WhyWords = {
  order: (orderRef, orderId, placedAt, state) =>
    `订单 ${orderRef}（${orderId}），下单于 ${placedAt}，目前状态：${orderStateName(state)}`,
  answers: {
    earned: '已产生佣金',
    taken_back: '已产生的佣金被撤回',
    earned_nothing: '已归因，但按条款不产生佣金',
    nobody_credited: '未归因于任何人',
    not_calculated: '已归因，但尚未能计算佣金',
    not_decided: '归因尚未判定',
  },
  decided: (at, version) => `归因判定于 ${at}，依据第 ${version} 版归因政策：`,
  nobody: (reason) => `无人获得归因：${reason}`,
  touch: (whose, kind, at, fate, share) =>
    `${whose}的${touchKindName(kind)}（${at}）：${fate}${share === null ? '' : `（占订单的${share === '1/1' ? '全部' : ` ${share}`}）`}`,
  someone: { another_partner: '另一位合作伙伴', nobody: '未知来源' },
  uncalculated: (since, why) => `自 ${since} 起无法计算：${why}`,
  commission: (id, partnerId, amount, state, reason) =>
    `佣金 ${id}（${partnerId}）：${amount}，${commissionStateName(state)}${reason === undefined ? '' : `，原因：${reason}`}`,
  since: {
    reversed: (reason) => `此后已被撤销${dueTo(reason)}：不产生任何佣金`,
    clawedBack: (amount, reason) => `锁定后已追回其中 ${amount}${dueTo(reason)}`,
    toppedUp: (amount, reason) => `锁定后按条款补增 ${amount}${dueTo(reason)}`,
    takenOff: (amount, reason) => `锁定后按条款减少 ${amount}${dueTo(reason)}`,
    left: (amount) => `现合计 ${amount}`,
    now: '该订单目前应得：',
  },
  reasons: {
    won: '胜出',
    other_program: '属于其他计划',
    after_order: '发生在下单之后',
    kind_not_counted: '政策不计此类触点',
    outside_window: '超出政策的归因窗口',
    claim_too_late: '申领过迟',
    order_suppressed: '订单使用的某个优惠码不计佣金',
    code_suppressed: '该优惠码不计佣金',
    code_without_click: '该优惠码须与其合作伙伴的点击同时存在',
    exclusive_code: '使用了另一位合作伙伴的专属码',
    stood_down: '让位于此前不久的触点',
    in_cart: '发生时商品已在购物车中',
    preferred_partner: '优先合作伙伴在先',
    lower_precedence: '其他类型的触点优先',
    earlier_touch: '较晚的触点胜出',
    later_touch: '较早的触点胜出',
    same_partner: '由同一合作伙伴的另一触点代表',
    no_share: '模型未分配份额',
    unknown_link: '链接不存在',
    link_suspended: '链接已停用',
    not_enrolled: '合作伙伴当时未加入该计划',
    coupon_disabled: '优惠码已停用',
    no_touchpoint: '没有任何合作伙伴的触点',
    click_unknown: '订单所指的点击未曾上报',
    unknown_program: '订单所属的计划不存在，待该计划创建后自动重新判定',
    order_cancelled: '订单已取消',
    order_returned: '订单已退回',
    lines_returned: '部分商品已退回',
    order_charged_back: '客户撤回了付款',
    fraud_rejected: '因欺诈被拒绝',
    attribution_changed: '归因已变更',
    review_ended: '复核后终止',
    period_changed: '同期的其他订单有增减',
  },
};

export const WHY_WORDS: Readonly<Record<Language, WhyWords>> = { en: ENGLISH, zh: CHINESE };

export const reasonIn = ({ reasons }: Pick<WhyWords, 'reasons'>, code: string): string =>
  reasons[code] ?? oneLine(code);
