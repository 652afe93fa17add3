/* SPDX-License-Identifier: Apache-2.0 */
/* The steps; each fails the test by itself. */
#include "service/policies/test_shop.h"

#include "service/shop/catalogue.h"
#include "service/shop/stock.h"

const char *shop_text(char out[static SHOP_TEXT_BYTES], const char *name, int version, const char *head, int days)
{
    snprintf(out, SHOP_TEXT_BYTES,
             "policy \"%s\" version %d\ngoods card_key\n%s"
             "clause sealed \"未查看,%d 天内全额退\" \"Not revealed: full refund within %d days\"\n"
             "  when card is sealed and purchased within %d days\n  refund full at once\n"
             "otherwise review within 48 hours\n",
             name, version, head, days, days, days);
    return out;
}

static void keep(char *out, size_t size, struct text text)
{
    snprintf(out, size, "%.*s", (int)(text.length < size ? text.length : size - 1), text.data ? text.data : "");
}

struct publish_run {
    const char *source;
    int64_t effective_at;
    struct shop_published out;
};

static int publish_run(struct service_call *call, void *argument, struct error *error)
{
    struct publish_run *run = argument;
    struct service_policy_new in = {.source = text_of(run->source), .effective_at = run->effective_at};
    struct service_policy_published out;
    int result = service_policy_publish(call, &in, &out, error);
    run->out.refusal_name = call->refusal_name;
    keep(run->out.refusal, sizeof run->out.refusal, call->refusal);
    if (result < 0)
        return -1;
    memcpy(run->out.id, out.policy_id, ID_BYTES);
    keep(run->out.difference, sizeof run->out.difference, out.difference);
    keep(run->out.notice, sizeof run->out.notice, out.notice);
    return 0;
}

struct shop_published shop_publish(struct testing *testing, const struct service_actor *actor, const char *source,
                                   int64_t effective_at, enum error_code fails_with)
{
    struct publish_run run = {.source = source, .effective_at = effective_at};
    testing_write(testing, actor, publish_run, &run, fails_with);
    return run.out;
}

static int withdraw_run(struct service_call *call, void *argument, struct error *error)
{
    return service_policy_withdraw(call, text_of(argument), text_of("no longer wanted"), error);
}

void shop_withdraw(struct testing *testing, const struct service_actor *actor, const char *policy_id,
                   enum error_code fails_with)
{
    char id[ID_BYTES];
    snprintf(id, sizeof id, "%s", policy_id);
    testing_write(testing, actor, withdraw_run, id, fails_with);
}

struct product_run {
    const char *policy_id, *currency;
    int serial;
    struct shop_product out;
};

static int stock_fill(struct service_call *call, const struct product_run *run, struct error *error)
{
    char secret[32];
    struct text cards[8];
    struct service_stock_imported imported;
    for (int i = 0; i < 8; i++) {
        snprintf(secret, sizeof secret, "POL-%06d-%02d", run->serial, i);
        cards[i] = arena_copy_text(call->arena, text_of(secret));
    }
    struct service_stock_import import = {text_of(run->out.id), cards, 8, false};
    return service_stock_add(call, &import, &imported, error);
}

static int product_run(struct service_call *call, void *argument, struct error *error)
{
    struct product_run *run = argument;
    struct market_listing listing = {.kind = text_of("card_key"),
                                     .category = text_of("game_card"),
                                     .title = text_of("点卡"),
                                     .currency = text_of(run->currency ? run->currency : "CNY"),
                                     .price = 5000,
                                     .face_value = 5000,
                                     .delivery_s = 600,
                                     .policy_id = text_of(run->policy_id),
                                     .region = text_of("CN"),
                                     .redeem_channel = text_of("official site")};
    if (service_product_create(call, &listing, run->out.id, error) == 0)
        return stock_fill(call, run, error);
    keep(run->out.refusal, sizeof run->out.refusal, call->refusal);
    return -1;
}

struct shop_product shop_product(struct testing *testing, const char *policy_id, const char *currency,
                                 enum error_code fails_with)
{
    struct product_run run = {.policy_id = policy_id, .currency = currency, .serial = (int)testing->trades++};
    testing_write(testing, &testing->merchant, product_run, &run, fails_with);
    return run.out;
}

static int pause_run(struct service_call *call, void *argument, struct error *error)
{
    struct market_listing listing;
    if (service_product_listing(call, text_of(argument), &listing, error) < 0)
        return -1;
    return service_product_change(call, text_of(argument), &listing, text_of("paused"), error);
}

void shop_pause(struct testing *testing, const char *product_id)
{
    char id[ID_BYTES];
    snprintf(id, sizeof id, "%s", product_id);
    testing_write(testing, &testing->merchant, pause_run, id, ERROR_NONE);
}

struct order_run {
    const char *product_id, *shown;
    struct service_order_created out;
};

static int order_run(struct service_call *call, void *argument, struct error *error)
{
    struct order_run *run = argument;
    struct service_order_new in = {
        .product_id = text_of(run->product_id), .policy_id = text_of(run->shown), .quantity = 1};
    return service_order_create(call, &in, &run->out, error);
}

struct service_order_created shop_order(struct testing *testing, const char *product_id, const char *shown,
                                        enum error_code fails_with)
{
    struct order_run run = {.product_id = product_id, .shown = shown};
    testing_write(testing, &testing->buyer, order_run, &run, fails_with);
    return run.out;
}

const char *shop_version_of_order(struct testing *testing, const char *product_id)
{
    char sql[200];
    struct service_order_created order = shop_order(testing, product_id, NULL, ERROR_NONE);
    snprintf(sql, sizeof sql, "SELECT version FROM policy WHERE id = (SELECT policy_id FROM orders WHERE id = '%s')",
             order.order_id);
    return testing_row(testing, sql);
}

int64_t shop_column(struct testing *testing, const char *what, const char *policy_id)
{
    char sql[200];
    int64_t value = 0;
    snprintf(sql, sizeof sql, "SELECT %s FROM policy WHERE id = '%s'", what, policy_id);
    assert_int_equal(text_to_int64(text_of(testing_row(testing, sql)), &value, NULL), 0);
    return value;
}

bool shop_answer_has(struct testing *testing, const char *what)
{
    return memmem(testing->answer.data, testing->answer.length, what, strlen(what)) != NULL;
}
