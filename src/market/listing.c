/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listing that an order pins: what must be in it, and its canonical bytes. Whoever agrees on arrival time, lateness, revisions
 * and dissatisfaction before paying does not argue about them afterwards.
 */
#include "market/market.h"

#include <assert.h>

#include "base/json.h"
#include "base/money.h"

#define YEAR_S (366 * TIME_DAY_S)

struct lints {
    struct market_lint *items;
    int count;
};

static void lint(struct lints *lints, enum market_lint_code code, const char *field, const char *en, const char *zh)
{
    if (lints->count < MARKET_LINT_MAX)
        lints->items[lints->count++] = (struct market_lint){code, field, en, zh};
}

static void lint_text(struct lints *lints, struct text text, bool required, const char *field, const char *en,
                      const char *zh)
{
    if (required && text.length == 0)
        lint(lints, MARKET_LINT_MISSING, field, en, zh);
    else if (text.length > MARKET_TEXT_BYTES)
        lint(lints, MARKET_LINT_TOO_LONG, field, "Shorten it to 2000 bytes.", "请缩短到 2000 字节以内。");
}

static void lint_milestones(struct lints *lints, const struct market_listing *listing)
{
    int64_t before = 0;
    for (size_t i = 0; i < listing->milestone_count; i++) {
        const struct market_milestone *milestone = &listing->milestones[i];
        if (milestone->percent <= before || milestone->title.length == 0 || milestone->title.length > MARKET_TEXT_BYTES)
            before = 1000; /* whatever follows cannot rise either */
        else
            before = milestone->percent;
    }
    if (listing->milestone_count == 0)
        lint(lints, MARKET_LINT_MISSING, "milestones", "Say which steps lead to the end, the last at 100 per cent.",
             "请列出完成节点，最后一个为 100%。");
    else if (before != 100 || listing->milestone_count > MARKET_MILESTONES_MAX)
        lint(lints, MARKET_LINT_MILESTONES, "milestones", "At most ten, each named, rising, the last at 100 per cent.",
             "最多十个节点，均须有名称，进度递增，最后一个为 100%。");
}

static void lint_service(struct lints *lints, const struct market_listing *listing)
{
    lint_text(lints, listing->standard, true, "standard", "Say what counts as done.", "请写明完成标准。");
    lint_text(lints, listing->lateness, true, "lateness", "Say what happens when it is late.", "请写明逾期如何处理。");
    lint_text(lints, listing->dissatisfaction, true, "dissatisfaction",
              "Say what happens when the buyer is not satisfied.", "请写明买家不满意如何处理。");
    if (!listing->revisions_given)
        lint(lints, MARKET_LINT_MISSING, "revisions", "Say how often it is redone; zero must be said too.",
             "请写明可返工次数，不返工也须写明 0 次。");
    else if (listing->revisions < 0 || listing->revisions > 100)
        lint(lints, MARKET_LINT_RANGE, "revisions", "Between 0 and 100.", "应在 0 到 100 之间。");
    if (listing->delivery_s == 0)
        lint(lints, MARKET_LINT_RANGE, "delivery_s", "A service needs a time by which it is handed over.",
             "服务须写明交付时限。");
    lint_milestones(lints, listing);
    if (listing->face_value != 0 || listing->redeem_channel.length > 0)
        lint(lints, MARKET_LINT_UNSUITABLE, "face_value", "A face value or a place of redemption belongs to a card.",
             "面值和兑换渠道只用于卡密。");
}

static void lint_card(struct lints *lints, const struct market_listing *listing)
{
    lint_text(lints, listing->region, true, "region", "Say in which region the card is valid.",
              "请写明卡密可用的区服或地区。");
    lint_text(lints, listing->redeem_channel, true, "redeem_channel", "Say where the card is redeemed.",
              "请写明在哪里兑换。");
    if (listing->valid_days < 0 || listing->valid_days > 36500)
        lint(lints, MARKET_LINT_RANGE, "valid_days", "Between 1 and 36500, or 0 when it does not expire.",
             "应在 1 到 36500 之间，长期有效填 0。");
    if (listing->face_value < 0 || listing->face_value > MONEY_MAXIMUM)
        lint(lints, MARKET_LINT_RANGE, "face_value", "The face value is out of range.", "面值超出范围。");
    if (listing->milestone_count > 0 || listing->standard.length > 0)
        lint(lints, MARKET_LINT_UNSUITABLE, "standard", "A standard and milestones belong to a service.",
             "完成标准和节点只用于服务。");
}

int market_listing_lint(const struct market_listing *listing, struct market_lint ret[static MARKET_LINT_MAX])
{
    assert(listing);
    struct lints lints = {ret, 0};
    bool service = text_is(listing->kind, "service");
    if (!service && !text_is(listing->kind, "card_key"))
        lint(&lints, MARKET_LINT_MISSING, "kind", "card_key or service.", "应为 card_key 或 service。");
    lint_text(&lints, listing->product_id, true, "product", "The product is missing.", "缺少商品编号。");
    lint_text(&lints, listing->merchant_id, true, "merchant", "The merchant is missing.", "缺少商家编号。");
    lint_text(&lints, listing->category, true, "category", "Say what kind of thing it is.", "请选择类目。");
    lint_text(&lints, listing->title, true, "title", "A title is needed.", "请填写标题。");
    lint_text(&lints, listing->description, false, "description", "", "");
    lint_text(&lints, listing->policy_id, true, "policy", "A refund policy is needed.", "请选择退款规则。");
    if (listing->price <= 0 || listing->price > MONEY_MAXIMUM)
        lint(&lints, MARKET_LINT_RANGE, "price", "The price must be above zero.", "价格必须大于零。");
    if (listing->currency.length != 3)
        lint(&lints, MARKET_LINT_MISSING, "currency", "The currency is missing.", "缺少币种。");
    if (listing->delivery_s < 0 || listing->delivery_s > YEAR_S)
        lint(&lints, MARKET_LINT_RANGE, "delivery_s", "The promised time is between 0 and a year.",
             "承诺时限应在 0 到一年之间。");
    if (service)
        lint_service(&lints, listing);
    else
        lint_card(&lints, listing);
    return lints.count;
}

static void write_service(struct json_writer *writer, const struct market_listing *listing)
{
    json_member_text(writer, "standard", listing->standard);
    json_member_text(writer, "lateness", listing->lateness);
    json_member_integer(writer, "revisions", listing->revisions);
    json_member_text(writer, "dissatisfaction", listing->dissatisfaction);
    json_key(writer, "milestones");
    json_array_begin(writer);
    for (size_t i = 0; i < listing->milestone_count; i++) {
        json_object_begin(writer);
        json_member_text(writer, "title", listing->milestones[i].title);
        json_member_integer(writer, "percent", listing->milestones[i].percent);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void write_card(struct json_writer *writer, const struct market_listing *listing)
{
    json_member_text(writer, "region", listing->region);
    json_member_text(writer, "redeem_channel", listing->redeem_channel);
    json_member_integer(writer, "valid_days", listing->valid_days);
    if (listing->face_value > 0)
        json_member_integer(writer, "face_value", listing->face_value);
}

int market_listing_write(const struct market_listing *listing, struct buffer *out, struct error *error)
{
    assert(listing);
    assert(out);
    struct market_lint lints[MARKET_LINT_MAX];
    if (market_listing_lint(listing, lints) > 0) {
        error_set(error, ERROR_LISTING_INCOMPLETE, "the listing's %s is missing or not possible", lints[0].field);
        error_hint(error, "%s", lints[0].hint_en);
        return error_at(error, "/%s", lints[0].field);
    }
    struct json_writer writer;
    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_member_text(&writer, "product", listing->product_id);
    json_member_text(&writer, "merchant", listing->merchant_id);
    json_member_text(&writer, "kind", listing->kind);
    json_member_text(&writer, "category", listing->category);
    json_member_text(&writer, "title", listing->title);
    json_member_text(&writer, "description", listing->description);
    json_member_integer(&writer, "price", listing->price);
    json_member_text(&writer, "currency", listing->currency);
    json_member_integer(&writer, "delivery_s", listing->delivery_s);
    json_member_text(&writer, "policy", listing->policy_id);
    json_member_text(&writer, "policy_sha256", listing->policy_sha256);
    if (text_is(listing->kind, "service"))
        write_service(&writer, listing);
    else
        write_card(&writer, listing);
    json_object_end(&writer);
    json_writer_done(&writer);
    return buffer_check(out, error);
}
