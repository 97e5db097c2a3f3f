/** What events, states and terms call things, as people read it in Chinese. */
import { oneLine } from './one-line.ts';

const ORDER_STATES: Readonly<Record<string, string>> = {
  reserved: '已预订',
  placed: '已下单',
  confirmed: '已确认',
  in_production: '生产中',
  in_transit: '运输中',
  delivered: '已交付',
  completed: '已完成',
  cancelled: '已取消',
  returned: '已退回',
  charged_back: '已拒付',
};

const COMMISSION_STATES: Readonly<Record<string, string>> = {
  estimated: '预估',
  pending: '待归属',
  vesting: '部分归属',
  vested: '全部归属',
  held: '暂停',
  locked: '已锁定',
  settled: '已结算',
  paid: '已付款',
  reversed: '已撤销',
};

const TOUCH_KINDS: Readonly<Record<string, string>> = {
  click: '点击',
  impression: '展示',
  qr: '扫码',
  coupon: '优惠码',
  postback: '服务器回传',
  dealer: '到店',
  test_drive: '试驾',
  late_claim: '补申领',
};

/** Why something is held. A code of the staff's own is shown as it is. */
const HOLD_REASONS: Readonly<Record<string, string>> = {
  bot_user_agent: '点击来自自动程序',
  click_to_order_time: '点击与下单间隔过短',
  dispute: '争议处理中',
  empty_user_agent: '未提供浏览器标识',
  machine_network: '点击来自机房网络',
  review_due: '到期复核',
  self_referral: '疑似自我推荐',
};

const FACTS: Readonly<Record<string, string>> = {
  'order.currency': '订单币种',
  'order.total': '订单金额',
  'order.placedAt': '下单时间',
  'order.coupons': '订单优惠码',
  'line.sku': '商品编码',
  'line.category': '商品类别',
  'line.quantity': '数量',
  'line.unitPrice': '单价',
  'line.total': '明细金额',
  'customer.status': '客户类型',
  'customer.country': '客户所在国家或地区',
  'customer.orderNumber': '客户的第几笔订单',
  'customer.monthsSinceFirstOrder': '距客户首单的月数',
  'partner.id': '合作伙伴',
  'partner.groups': '合作伙伴分组',
  'touch.kind': '触点类型',
  'touch.campaign': '推广活动',
  'touch.sub1': '子标识 1',
  'touch.sub2': '子标识 2',
  'touch.sub3': '子标识 3',
  'touch.sub4': '子标识 4',
  'touch.sub5': '子标识 5',
  'touch.daysBeforeOrder': '触点早于下单的天数',
};
const METADATA: readonly (readonly [string, string])[] = [
  ['order.metadata.', '订单附加信息'],
  ['line.metadata.', '商品附加信息'],
  ['customer.metadata.', '客户附加信息'],
];

/** What the commerce system or we call it, behind what people do: it is by that word that the terms ask. */
const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'touch.kind': TOUCH_KINDS,
  'customer.status': { new: '新客户', returning: '老客户' },
};

const named = (names: Readonly<Record<string, string>>, code: string): string => names[code] ?? oneLine(code);

export const orderStateName = (state: string): string => named(ORDER_STATES, state);
export const commissionStateName = (state: string): string => named(COMMISSION_STATES, state);
export const touchKindName = (kind: string): string => named(TOUCH_KINDS, kind);
export const holdReasonName = (code: string): string => named(HOLD_REASONS, code);

export const factName = (fact: string): string => {
  const own = METADATA.find(([prefix]) => fact.startsWith(prefix));
  return own === undefined ? named(FACTS, fact) : `${own[1]}“${fact.slice(own[0].length)}”`;
};

export const factValue = (fact: string, value: string): string => {
  if (value === '') return '空';
  const name = VALUES[fact]?.[value];
  return name === undefined ? amountMet(value) : `${name}（${value}）`;
};

/** An amount that is no whole number of minor units says so in English. */
export const amountMet = (value: string): string =>
  value.replace(/^(\d+\/\d+) minor units of ([A-Z]{3})$/, '$1 个 $2 最小单位');
