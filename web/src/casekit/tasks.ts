// SPDX-License-Identifier: Apache-2.0
// What can be shown in a case, each with what it is, why it counts and how to capture it, and what in the picture carries the time, the
// platform and the user. Which of them a case needs is said by kinds.ts.
import type { Both } from './model'

type Pair = readonly [zh: string, en: string]

/** Where in such a picture the three elements stand. */
export interface Elements {
  readonly time: Both
  readonly platform: Both
  readonly user: Both
}

export interface Task {
  readonly what: Both
  readonly why: Both
  readonly how: Both
  readonly elements: Elements
}

const both = ([zh, en]: Pair): Both => ({ zh, en })
const elements = (time: Pair, platform: Pair, user: Pair): Elements => ({ time: both(time), platform: both(platform), user: both(user) })
const task = (of: Elements, what: Pair, why: Pair, how: Pair): Task => ({ what: both(what), why: both(why), how: both(how), elements: of })

const STATUS_BAR: Pair = ['手机状态栏的时间', 'the clock in the status bar']
const ORDER = elements(['订单里的下单时间', 'the time of the order'], ['页面上的平台名或网址', 'the platform\'s name or address'], ['订单所属的账号', 'the account of the order'])
const BILL = elements(['账单里的交易时间', 'the time of the entry'], ['支付渠道和收款方名称', 'the channel and the payee'], ['付款账户，可以遮住一部分', 'the paying account, partly hidden if you like'])
const PAGE = elements(['页面上的日期，或状态栏的时间', 'a date on the page, or the clock in the status bar'], ['页面上的平台名、店铺名或网址', 'the platform, the shop or the address'], ['已登录的账号，没有就不用', 'the account that is logged in, if it shows'])
const SCREEN = elements(STATUS_BAR, ['兑换页面或软件的名称', 'the name of the page or program'], ['正在使用的账号', 'the account in use'])
const GAME = elements(STATUS_BAR, ['游戏名和区服', 'the game and its server'], ['游戏 ID 或角色名', 'the game ID or character'])
const CHAT = elements(['每条消息的时间', 'the time of each message'], ['聊天所在的平台', 'the platform of the chat'], ['双方的名称', 'the names of both sides'])
const NOTICE = elements(['通知里的时间', 'the time in the notice'], ['发出通知的一方', 'who sent it'], ['通知所说的账号', 'the account it is about'])
const DEAL = elements(['约定的日期', 'the date of the agreement'], ['商品页面或聊天所在的平台', 'the platform of the page or chat'], ['约定双方的名称', 'the names of both sides'])
const PAPER = elements(['签发日期', 'the date of issue'], ['签发机关', 'who issued it'], ['监护人和孩子的姓名，其余遮住', 'the names of guardian and child; hide the rest'])

export const TASKS = {
  order_page: task(
    ORDER,
    ['订单详情页', 'The order page'],
    ['证明你在什么时间、向谁、以什么价格买了什么。', 'Shows when, from whom and at what price you bought what.'],
    ['打开订单详情，把订单号、下单时间、金额、卖家名和你的账号截在同一张图里；一屏放不下就截长图。', 'Open the order and capture its number, time, amount, the seller and your account in one picture; take a long screenshot if it does not fit.'],
  ),
  payment_record: task(
    BILL,
    ['支付账单', 'The payment record'],
    ['支付渠道独立于卖家，证明钱确实付了、付给了谁。', 'The payment channel is independent of the seller: it shows that you paid, and whom.'],
    ['在支付宝、微信或银行 App 的账单详情里截图，要能看到交易单号、时间、收款方和金额。', 'In your payment or bank app open the entry and capture its number, time, payee and amount.'],
  ),
  listing_page: task(
    PAGE,
    ['商品页面', 'The product page'],
    ['卖家当时承诺了什么，以你下单时看到的页面为准。页面以后可能会改。', 'What was promised is what the page said when you ordered. Pages change.'],
    ['截下标题、描述、区服或平台、面值和交付方式；有“交易快照”的用快照。顺便截下网址或商品编号。', 'Capture title, description, region or platform, face value and delivery; use the order snapshot if there is one. Include the address or the item number.'],
  ),
  rule_page: task(
    PAGE,
    ['退款规则页面', 'The refund rules'],
    ['你的请求以规则为依据，规则里写了触发条件和需要的材料。', 'Your request rests on a rule, and the rule says what it asks for.'],
    ['截下规则所在的页面和更新日期，再把文字粘贴到“规则”一步，方便引用。', 'Capture the page and its date, and paste its text in the step "Rules" so that it can be quoted.'],
  ),
  delivery_page: task(
    ORDER,
    ['交付记录', 'The delivery record'],
    ['显示有没有交付、什么时候交付、交付了什么。', 'Shows whether, when and what was delivered.'],
    ['截下发货状态或卡密页面，要有时间。卡密只留最后 4 位，其余遮住。', 'Capture the delivery state or the page with the key, with its time. Leave only the last four characters of a key visible.'],
  ),
  error_message: task(
    SCREEN,
    ['报错提示', 'The error message'],
    ['这是问题本身：系统说了什么、什么时候、在哪个账号上。', 'This is the problem itself: what the system said, when, and on which account.'],
    ['在兑换页面停住，截下完整提示文字、账号名和手机状态栏的时间。不要裁剪。', 'Stay on the page and capture the whole message, the account name and the clock of your phone. Do not crop it.'],
  ),
  used_notice: task(
    SCREEN,
    ['“已被使用”的提示', 'The notice "already used"'],
    ['如果提示里有兑换时间，而且早于你拿到卡密的时间，就很有说服力。', 'If it names a time of redemption before you had the key, that is strong.'],
    ['截下提示全文；有兑换时间或兑换账号的，要一并截到。', 'Capture all of it, with the time or the account of the redemption if it is shown.'],
  ),
  unused_history: task(
    SCREEN,
    ['未使用的证明', 'Proof that you did not use it'],
    ['说明这张卡没有在你的账号上用掉，避免“用了再退”的疑问。', 'Shows that the card was not used on your account, so that nobody wonders.'],
    ['打开账号的兑换记录、充值记录或余额页面，从购买时间截到现在，要能看到账号名。', 'Open your account\'s redemption or top-up history, or its balance, from the purchase until now, with the account name.'],
  ),
  issuer_answer: task(
    CHAT,
    ['发行方客服的答复', 'An answer of the issuer'],
    ['发行方查得到卡的真实状态，它的答复比买卖双方的说法更可信。', 'The issuer can see the state of the card; its word counts more than either side\'s.'],
    ['向游戏或平台官方客服询问这张卡的状态和兑换时间，截下完整对话或邮件。', 'Ask the support of the game or store for the card\'s state and time of use, and capture the whole answer.'],
  ),
  recording: task(
    SCREEN,
    ['操作过程录屏', 'A screen recording'],
    ['从打开规则页面到出现问题一气呵成，不容易被说成是剪辑的。', 'In one go from the rule to the problem, it can hardly be called edited.'],
    ['用手机自带的录屏：先录规则或商品页面，再录订单，最后现场操作到报错。中途不要停。', 'Use your phone\'s own recorder: first the rule or product page, then the order, then try it until the error shows. Do not stop in between.'],
  ),
  contact_record: task(
    CHAT,
    ['与卖家或平台的聊天记录', 'What you and the seller or the platform wrote'],
    ['说明你什么时候提出的、对方怎么答复的。', 'Shows when you asked and what was answered.'],
    ['从头截到尾，不要只截一句；要能看到对方名称和每条的时间。尽量在平台内沟通，不要转到微信或 QQ。', 'From the first to the last message, not one sentence; with the other\'s name and the times. Keep to the platform\'s own chat.'],
  ),
  received_items: task(
    ORDER,
    ['实际收到的内容', 'What you really received'],
    ['与订单数量一对照，少了什么一目了然。', 'Beside the order it shows what is missing.'],
    ['截下收到的全部卡密、道具或数量，卡密只留最后 4 位。', 'Capture everything that came, with the last four characters of each key.'],
  ),
  result_screen: task(
    SCREEN,
    ['实际效果页面', 'What it really is'],
    ['与商品描述放在一起，差别就清楚了。', 'Beside the description it shows the difference.'],
    ['截下兑换或使用后的结果：面值、区服、版本、有效期等与描述不同的地方。', 'Capture the result: the face value, region, version or term that differs from the description.'],
  ),
  balance_now: task(
    GAME,
    ['现在的账号和余额', 'The account and its balance now'],
    ['说明钱没有到你的账号。', 'Shows that nothing arrived.'],
    ['截下游戏 ID、区服和余额页面，要有当前时间；有充值记录的也截下。', 'Capture the game ID, the server and the balance, with the time; the top-up history too if there is one.'],
  ),
  balance_before: task(
    GAME,
    ['充值前的余额', 'The balance before'],
    ['有前后对比更清楚。没有也可以。', 'Before and after is clearer. It can be left out.'],
    ['如果充值前留有截图，放在这里。', 'If you have a picture from before the top-up, add it here.'],
  ),
  agreement: task(
    DEAL,
    ['约定的目标和时限', 'What was agreed'],
    ['服务有没有完成，要和约定对照，例如“7 天到王者”。', 'Whether a service is complete is measured by what was agreed, such as "King rank in 7 days".'],
    ['截下商品页面或聊天里关于目标、时限、价格、不满意怎么办的约定。', 'Capture where goal, time, price and what happens if you are not satisfied were agreed.'],
  ),
  login_record: task(
    GAME,
    ['登录和操作记录', 'Log-in and activity records'],
    ['显示对方什么时候上过号、做了什么。', 'Shows when the other side was on and what was done.'],
    ['在游戏或账号安全中心查看登录设备、时间、地点，截下服务期间的部分。', 'Open the log-in devices, times and places in the account\'s security page, and capture those of the service.'],
  ),
  state_before: task(
    GAME,
    ['服务开始前的状态', 'The state before'],
    ['和现在一比，就知道完成了多少。', 'Beside the state now it shows how much was done.'],
    ['开始前的段位、等级、战绩或物品截图。', 'A picture of rank, level or items before the start.'],
  ),
  state_now: task(
    GAME,
    ['现在的状态', 'The state now'],
    ['说明约定的目标没有达到，或者已完成到哪一步。', 'Shows what was reached, and what was not.'],
    ['截下当前段位、等级、战绩或物品，要有账号名和时间。', 'Capture rank, level, record or items, with the account name and the time.'],
  ),
  penalty_notice: task(
    NOTICE,
    ['处罚或回收通知', 'The notice of the ban or withdrawal'],
    ['说明损失是什么、什么时候发生的、官方给出的原因。', 'Shows the loss, when it happened, and the reason given.'],
    ['截下封号、扣除或回收通知的全文和时间；邮件通知连同发件人一起截。', 'Capture the whole notice with its time; of an e-mail the sender too.'],
  ),
  takeover_notice: task(
    NOTICE,
    ['登录失败或被找回的提示', 'The failed log-in or the recovery notice'],
    ['说明账号已经不在你手里。', 'Shows that the account is no longer yours.'],
    ['截下登录失败、密码被改或换绑通知，要有账号名和时间。', 'Capture the failed log-in or the message on a changed password or binding, with the account name and the time.'],
  ),
  handover: task(
    CHAT,
    ['账号交接和换绑记录', 'The hand-over of the account'],
    ['说明你按约定接收并换绑，没有泄露给别人。', 'Shows that you took it over and bound it as agreed, and told nobody.'],
    ['截下交付时的账号资料（遮住密码）、换绑成功页面和时间。', 'Capture what you were given (hide passwords) and the page that confirmed the new binding, with its time.'],
  ),
  second_payment: task(
    BILL,
    ['重复或多付的那笔账单', 'The second or wrong payment'],
    ['两笔账单放在一起，重复就清楚了。', 'Both entries together show it.'],
    ['每一笔都截账单详情：交易单号、时间、金额、收款方。', 'Of each payment the entry: number, time, amount and payee.'],
  ),
  theft_report: task(
    NOTICE,
    ['挂失、冻结或报警记录', 'The block or the police report'],
    ['说明发现后马上采取了措施。支付渠道和平台都会问这一项。', 'Shows that you acted at once. Channel and platform will both ask for it.'],
    ['先联系支付渠道冻结或挂失，改密码；涉案金额大的报警，留下回执。', 'First have the payment channel block the account and change your password; of larger sums make a police report and keep its receipt.'],
  ),
  alien_login: task(
    NOTICE,
    ['异常登录或支付提醒', 'Alerts of a foreign log-in or payment'],
    ['说明不是你本人操作。', 'Shows that it was not you.'],
    ['截下陌生设备、陌生地点登录记录，或当时的短信、推送提醒。', 'Capture log-ins from devices or places that are not yours, or the alerts that you got.'],
  ),
  guardian: task(
    PAPER,
    ['监护关系', 'That you are the guardian'],
    ['未成年人的付款由监护人提出退还。', 'A minor\'s payments are claimed back by the guardian.'],
    ['户口簿、出生证明等其中一种即可。遮住与本次无关的人和号码。', 'A household register or a birth certificate is enough. Hide people and numbers that have nothing to do with it.'],
  ),
  minor_use: task(
    GAME,
    ['未成年人使用和付款的经过', 'How the minor came to pay'],
    ['要说明是孩子自己付的、监护人不知情。', 'It has to be shown that the child paid and the guardian did not know.'],
    ['例如：付款时间与上课或睡觉时间、孩子的设备、游戏内聊天、实名信息与使用人不一致的页面。', 'For instance times of payment, the child\'s device, chats in the game, a page that names another person than the one who played.'],
  ),
  minor_bills: task(
    BILL,
    ['全部相关付款的明细', 'A list of all those payments'],
    ['每一笔都要对得上，金额才算得清。', 'Each must match for the sum to be right.'],
    ['在支付账单里按商户筛选，截下每一笔的时间、金额和单号。', 'Filter your payment records by the merchant and capture time, amount and number of each.'],
  ),
  other: task(
    SCREEN,
    ['其他材料', 'Something else'],
    ['任何有助于说明经过的内容。', 'Anything that helps to tell what happened.'],
    ['同样要看得到时间、平台和账号。', 'With time, platform and account visible, too.'],
  ),
} as const satisfies Readonly<Record<string, Task>>

export type TaskCode = keyof typeof TASKS
