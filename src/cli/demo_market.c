/* SPDX-License-Identifier: Apache-2.0 */
/* The marketplace of the demonstration as tables, and how it is loaded through the services. Names are of no real business. */
#include "cli/demo.h"

#include <string.h>

#include "base/error.h"
#include "cli/embedded_policies.h"
#include "service/shop/catalogue.h"
#include "service/shop/stock.h"

/* ---- tables ---- */

struct merchant_row {
    const char *name_zh, *name_en;
    int64_t bond;
};
static const struct merchant_row merchant_rows[DEMO_MERCHANTS] = {
    {"星河点卡店", "Star River Cards", 500000},
    {"云帆软件铺", "Cloud Sail Software", 300000},
    {"巅峰代练工作室", "Summit Boosting Studio", 200000},
    {"街角小卡铺", "Corner Card Stall", 3000},
};

enum { POLICY_CARDS, POLICY_ACTIVATION, POLICY_TOPUP, POLICY_BOOSTING };
#define POLICY(name) embedded_##name, &embedded_##name##_length
static const struct {
    const unsigned char *source;
    const size_t *length;
} policy_rows[DEMO_POLICIES] = {
    {POLICY(cards_standard)}, {POLICY(activation_strict)}, {POLICY(topup_instant)}, {POLICY(boosting_milestones)}};

struct product_row {
    enum demo_merchant_key merchant;
    const char *kind, *category, *title;
    int64_t price, face_value, delivery_s;
    int policy, stock;
    const char *standard; /* of a service */
};
static const struct product_row product_rows[DEMO_PRODUCTS] = {
    {DEMO_MERCHANT_STAR, "card_key", "game_card", "星际远征 100 元点卡", 9800, 10000, 60, POLICY_CARDS, 300, NULL},
    {DEMO_MERCHANT_STAR, "card_key", "game_card", "星际远征 50 元点卡", 4920, 5000, 60, POLICY_CARDS, 300, NULL},
    {DEMO_MERCHANT_STAR, "card_key", "game_card", "掌上商城 200 元礼品卡", 19700, 20000, 60, POLICY_CARDS, 200, NULL},
    {DEMO_MERCHANT_STAR, "card_key", "game_card", "云海传说 30 天月卡", 2850, 3000, 60, POLICY_CARDS, 200, NULL},
    {DEMO_MERCHANT_CLOUD, "card_key", "activation_code", "文案工坊 专业版 一年激活码", 12900, 15800, 300,
     POLICY_ACTIVATION, 120, NULL},
    {DEMO_MERCHANT_CLOUD, "card_key", "activation_code", "守护卫士 三台设备激活码", 6900, 8800, 300, POLICY_ACTIVATION,
     120, NULL},
    {DEMO_MERCHANT_CLOUD, "card_key", "activation_code", "桌面系统 家庭版激活码", 18800, 21900, 300, POLICY_ACTIVATION,
     120, NULL},
    {DEMO_MERCHANT_CLOUD, "service", "top_up", "手机话费 50 元直充", 4980, 5000, 1800, POLICY_TOPUP, 0,
     "50 元话费到账,以运营商短信为准"},
    {DEMO_MERCHANT_STAR, "service", "top_up", "云海传说 648 点券直充", 6350, 6480, 1800, POLICY_TOPUP, 0,
     "648 点券到达买家填写的角色"},
    {DEMO_MERCHANT_SUMMIT, "service", "boosting", "排位代练:钻石到王者(7 天)", 39900, 0, 604800, POLICY_BOOSTING, 0,
     "7 天内达到王者段位,以游戏内段位页为准"},
    {DEMO_MERCHANT_SUMMIT, "service", "boosting", "日常任务代做(3 天)", 5900, 0, 259200, POLICY_BOOSTING, 0,
     "3 天内每日任务全部完成"},
    {DEMO_MERCHANT_SUMMIT, "service", "boosting", "陪练两小时", 12000, 0, 172800, POLICY_BOOSTING, 0,
     "累计陪练 120 分钟"},
    {DEMO_MERCHANT_CORNER, "card_key", "game_card", "星际远征 100 元点卡(特价)", 9500, 10000, 60, POLICY_CARDS, 40,
     NULL},
    {DEMO_MERCHANT_CORNER, "card_key", "activation_code", "影音会员一年激活码(特价)", 18900, 21800, 60,
     POLICY_ACTIVATION, 40, NULL},
};

enum demo_merchant_key demo_product_merchant(enum demo_product_key product)
{
    return product_rows[product].merchant;
}

const char *demo_merchant_name(const struct demo *demo, enum demo_merchant_key merchant)
{
    return demo->chinese ? merchant_rows[merchant].name_zh : merchant_rows[merchant].name_en;
}

const char *demo_product_title(enum demo_product_key product)
{
    return product_rows[product].title;
}

/* ---- loading ---- */

struct load {
    struct demo *demo;
    enum demo_product_key product;
    int count;
};

static int run_product(struct service_call *call, void *argument, struct error *error)
{
    struct load *load = argument;
    const struct product_row *row = &product_rows[load->product];
    bool service = row->standard != NULL;
    static const struct market_milestone milestones[] = {
        {TEXT_LITERAL("开始"), 10}, {TEXT_LITERAL("过半"), 50}, {TEXT_LITERAL("完成"), 100}};
    struct market_listing listing = {
        .kind = text_of(row->kind),
        .category = text_of(row->category),
        .title = text_of(row->title),
        .description = text_of(row->title),
        .currency = TEXT_LITERAL("CNY"),
        .policy_id = text_of(load->demo->policies[row->policy]),
        .price = row->price,
        .face_value = service ? 0 : row->face_value,
        .delivery_s = row->delivery_s,
    };
    if (service) {
        listing.standard = text_of(row->standard);
        listing.lateness = TEXT_LITERAL("每超时 24 小时,买家可按进度退款");
        listing.revisions = 1;
        listing.revisions_given = true;
        listing.dissatisfaction = TEXT_LITERAL("先返工一次,仍不满意按约定标准处理");
        listing.milestones = milestones;
        listing.milestone_count = sizeof milestones / sizeof milestones[0];
    } else {
        listing.region = TEXT_LITERAL("中国大陆");
        listing.redeem_channel = TEXT_LITERAL("官方兑换页");
    }
    return service_product_create(call, &listing, load->demo->products[load->product], error);
}

/* Cards look like cards: four groups from the seeded generator and a serial, so that none repeats. */
static int run_stock(struct service_call *call, void *argument, struct error *error)
{
    static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    struct load *load = argument;
    struct demo *demo = load->demo;
    struct text *cards = arena_new_array(call->arena, struct text, (size_t)load->count);
    for (int i = 0; i < load->count; i++) {
        char groups[20] = "";
        for (int j = 0; j < 15; j++)
            groups[j] = j % 5 == 4 ? '-' : letters[random_below(&demo->random.random, sizeof letters - 1)];
        cards[i] = text_of(arena_printf(call->arena, "%s%06lld", groups, (long long)++demo->card_serial));
    }
    struct service_stock_import import = {
        .product_id = text_of(demo->products[load->product]), .cards = cards, .count = (size_t)load->count};
    struct service_stock_imported imported;
    if (service_stock_add(call, &import, &imported, error) < 0)
        return -1;
    return imported.accepted == import.count
               ? 0
               : error_set(error, ERROR_INTERNAL, "a card of the demonstration was refused");
}

int demo_stock_add(struct demo *demo, enum demo_product_key product, int count)
{
    struct load load = {demo, product, count};
    struct error error;
    if (service_write(demo->service, &demo->merchants[product_rows[product].merchant].actor, run_stock, &load, &error) <
        0)
        return demo_failed(demo, "stock", &error);
    return 0;
}

static int parties_load(struct demo *demo)
{
    static const char *const arbiters[DEMO_ARBITERS] = {"仲裁一席", "仲裁二席", "仲裁三席"};
    char token[ID_BYTES];
    if (demo_party(demo, ROLE_OPERATOR, "平台运营", &demo->operator, demo->operator_token) < 0)
        return -1;
    for (int i = 0; i < DEMO_ARBITERS; i++) {
        if (demo_party(demo, ROLE_ARBITER, arbiters[i], &demo->arbiters[i], token) < 0)
            return -1;
        if (i == 0)
            memcpy(demo->arbiter_token, token, sizeof token);
    }
    for (int i = 0; i < DEMO_MERCHANTS; i++) {
        struct demo_merchant *merchant = &demo->merchants[i];
        if (demo_party(demo, ROLE_MERCHANT, merchant_rows[i].name_zh, &merchant->actor, merchant->token) < 0 ||
            demo_webhook(demo, merchant) < 0 || demo_bond(demo, (enum demo_merchant_key)i, merchant_rows[i].bond) < 0)
            return -1;
    }
    return 0;
}

int demo_market_load(struct demo *demo)
{
    if (parties_load(demo) < 0)
        return -1;
    for (int i = 0; i < DEMO_POLICIES; i++) {
        struct text source = {(const char *)policy_rows[i].source, *policy_rows[i].length};
        if (demo_policy_publish(demo, &demo->operator, source, demo->policies[i]) < 0)
            return -1;
    }
    for (int i = 0; i < DEMO_PRODUCTS; i++) {
        struct load load = {demo, (enum demo_product_key)i, 0};
        struct error error;
        if (service_write(demo->service, &demo->merchants[product_rows[i].merchant].actor, run_product, &load, &error) <
            0)
            return demo_failed(demo, product_rows[i].title, &error);
        if (product_rows[i].stock && demo_stock_add(demo, (enum demo_product_key)i, product_rows[i].stock) < 0)
            return -1;
    }
    return 0;
}

/* ---- history ---- */

/* A refusal that the buyer does not believe: a person of the platform looks, and the seller takes the decision. */
static int refused_play(struct demo *demo, const struct demo_order *order, struct demo_claim *claim)
{
    const struct demo_action refuse = {.action = "merchant_refuse", .reason = "后台显示卡密正常"};
    const struct demo_action withdraw = {.action = "withdraw"}, escalate = {.action = "escalate"};
    const struct demo_action take = {.action = "take_case"}, accept = {.action = "accept_decision"};
    const struct demo_action decide = {
        .action = "arbiter_decide", .outcome = "refund", .amount = order->amount, .reason = "截图和录屏显示卡号不存在"};
    const struct service_actor *merchant = &demo->merchants[product_rows[order->product].merchant].actor;
    if (demo_act(demo, merchant, claim, &refuse) < 0)
        return -1;
    if (random_below(&demo->random.random, 3) == 0)
        return demo_act(demo, &order->buyer, claim, &withdraw);
    if (demo_act(demo, &order->buyer, claim, &escalate) < 0 || demo_act(demo, &demo->arbiters[0], claim, &take) < 0 ||
        demo_act(demo, &demo->arbiters[0], claim, &decide) < 0)
        return -1;
    return demo_act(demo, merchant, claim, &accept);
}

/* A card that does not work: the seller answers within hours, mostly with the money. */
static int dead_card_play(struct demo *demo, const struct demo_order *order)
{
    struct demo_claim claim;
    const struct demo_action accept = {.action = "merchant_accept"};
    if (demo_file(demo, order, "key_invalid", "兑换页提示卡号不存在", &claim) < 0 ||
        demo_evidence(demo, order, &claim, "problem_proof") < 0 ||
        demo_evidence(demo, order, &claim, "screen_recording") < 0)
        return -1;
    demo_advance(demo, 900 + (int64_t)random_below(&demo->random.random, 4 * TIME_HOUR_S));
    if (random_below(&demo->random.random, 3) == 0)
        return refused_play(demo, order, &claim);
    return demo_act(demo, &demo->merchants[product_rows[order->product].merchant].actor, &claim, &accept);
}

/* One ordinary purchase: most are content, a few ask for their money back. */
static int purchase_play(struct demo *demo)
{
    struct demo_order order;
    struct demo_claim claim;
    char card[600];
    enum demo_product_key product = (enum demo_product_key)random_below(&demo->random.random, DEMO_PRODUCTS);
    uint64_t mood = random_below(&demo->random.random, 100);
    if (demo_buy(demo, product, 1, &order) < 0)
        return -1;
    if (product_rows[product].standard) {
        if (demo_service(demo, &order, "start", 10, "") < 0)
            return -1;
        demo_advance(demo, 600);
        return demo_service(demo, &order, "hand_over", 100, "");
    }
    if (mood < 4)
        return demo_file(demo, &order, "changed_mind", "", &claim);
    if (demo_reveal(demo, &order, card, sizeof card) < 0)
        return -1;
    return mood < 9 && product_rows[product].policy == POLICY_CARDS ? dead_card_play(demo, &order) : 0;
}

int demo_market_history(struct demo *demo, int days, int orders_per_day)
{
    for (int day = 0; day < days; day++) {
        for (int i = 0; i < orders_per_day; i++)
            if (purchase_play(demo) < 0)
                return -1;
        demo_advance(demo, TIME_DAY_S);
    }
    return 0;
}
