/* SPDX-License-Identifier: Apache-2.0 */
/* What a merchant publishes in his own words is linted before it is in the log: void terms refuse the listing, risky ones are shown
 * to the merchant. */
#include "service/shop/terms.h"

#include <assert.h>

#include "base/error.h"
#include "law/terms.h"
#include "service/internal.h"

#define LISTING_BYTES_MAX (32 * 1024)

/* One text of a listing, and what is done with each. */
struct published {
    const char *pointer; /* "/milestones/0/title" */
    struct text text;
};
struct visit {
    struct service_call *call;
    int (*run)(struct service_call *call, const struct published *published, void *context, struct error *error);
    void *context;
};

static const char *const fields[] = {"title",           "description", "standard",      "lateness",
                                     "dissatisfaction", "region",      "redeem_channel"};

static int text_visit(const struct visit *visit, const struct json *value, const char *pointer, struct error *error)
{
    if (!value || json_kind(value) != JSON_STRING || json_string(value).length == 0)
        return 0;
    struct published published = {pointer, arena_copy_text(visit->call->arena, json_string(value))};
    return visit->run(visit->call, &published, visit->context, error);
}

static int texts_visit(const struct visit *visit, const struct json *listing, struct error *error)
{
    struct arena *arena = visit->call->arena;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (text_visit(visit, json_find(listing, fields[i]), arena_printf(arena, "/%s", fields[i]), error) < 0)
            return -1;
    const struct json *milestones = json_find(listing, "milestones");
    size_t count = milestones && json_kind(milestones) == JSON_ARRAY ? json_count(milestones) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct json *title = json_find(json_item(milestones, i), "title");
        if (text_visit(visit, title, arena_printf(arena, "/milestones/%zu/title", i), error) < 0)
            return -1;
    }
    return 0;
}

static int listing_visit(const struct visit *visit, struct text listing, struct error *error)
{
    struct json *document;
    if (json_parse(listing, LISTING_BYTES_MAX, &document, error) < 0)
        return -1;
    int result = texts_visit(visit, document, error);
    json_free(document);
    return result;
}

static int lint(struct service_call *call, struct text text, struct terms_report *ret, struct error *error)
{
    char day[TIME_DAY_TEXT_BYTES];
    time_day_format(call->now_us, day);
    return terms_lint(call->service->terms, text, day, ret, error);
}

/* ---- refusing ---- */

static int refuse(const struct published *published, const struct terms_finding *finding, struct error *error)
{
    const struct law_article *article = finding->articles[0];
    struct text excerpt = text_clip(finding->excerpt, 60);
    error_set(error, ERROR_TERMS_VOID, "\"%.*s\" has no effect or is forbidden: %s (%s%s, %s, in force since %s)",
              TEXT_ARG(excerpt), terms_words(finding->category)->label_en, article->law->short_name, article->article,
              article->code, article->law->effective_from);
    error_hint(error, "write instead: %s / %s", finding->rewording_zh, finding->rewording_en);
    error->line = finding->line;
    error->column = finding->column;
    return error_at(error, "%s", published->pointer);
}

static int check(struct service_call *call, const struct published *published, void *context, struct error *error)
{
    struct terms_report report;
    (void)context;
    if (lint(call, published->text, &report, error) < 0)
        return error_at(error, "%s", published->pointer);
    for (size_t i = 0; i < report.count; i++)
        if (report.findings[i].severity == TERMS_SEVERITY_VOID)
            return refuse(published, &report.findings[i], error);
    return 0;
}

int service_listing_check(struct service_call *call, struct text listing, struct error *error)
{
    assert(call);
    struct visit visit = {call, check, NULL};
    return listing_visit(&visit, listing, error);
}

/* ---- warning ---- */

static int warn(struct service_call *call, const struct published *published, void *context, struct error *error)
{
    struct json_writer *writer = context;
    struct terms_report report;
    if (lint(call, published->text, &report, error) < 0)
        return -1;
    for (size_t i = 0; i < report.count; i++) {
        json_object_begin(writer);
        json_key(writer, "finding");
        terms_finding_write(writer, &report.findings[i]);
        json_member_string(writer, "pointer", published->pointer);
        json_object_end(writer);
    }
    return 0;
}

int service_listing_warnings(struct service_call *call, struct text listing, struct json_writer *writer,
                             struct error *error)
{
    assert(call && writer);
    struct visit visit = {call, warn, writer};
    json_key(writer, "warnings");
    json_array_begin(writer);
    int result = listing_visit(&visit, listing, error);
    json_array_end(writer);
    return result;
}

/* ---- for whoever asks ---- */

int service_terms_lint(struct service_call *call, struct text text, struct text day, struct json_writer *ret,
                       struct error *error)
{
    assert(call && ret);
    char asked[TIME_DAY_TEXT_BYTES];
    struct terms_report report;
    time_day_format(call->now_us, asked);
    if (day.length > 0 && !time_day_is(day)) {
        error_set(error, ERROR_TIME_MALFORMED, "the date is not a day of the calendar");
        error_hint(error, "send a date as 2026-01-02");
        return error_at(error, "/date");
    }
    const char *on = day.length > 0 ? arena_copy(call->arena, day) : asked;
    if (terms_lint(call->service->terms, text, on, &report, error) < 0)
        return error_at(error, "/text");
    json_object_begin(ret);
    json_member_string(ret, "date", on);
    json_member_boolean(ret, "ok", report.void_count == 0);
    terms_report_write(ret, &report);
    json_object_end(ret);
    return 0;
}
