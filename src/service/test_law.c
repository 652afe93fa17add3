/* SPDX-License-Identifier: Apache-2.0 */
/* The citations of law: those that deadlines.def names, on the days on which they were in force. */
#include "service/law.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/time.h"
#include "law/law.h"

static const char *const deadline_sources[] = {
#define CLAIM_DEADLINE(name, standard_s, minimum_s, maximum_s, source) source,
#include "claim/deadlines.def"
#undef CLAIM_DEADLINE
};

/* Of those that a bundle carries. */
static const struct law_article *cited(const char *source)
{
    size_t count;
    const struct law_article *articles = law_articles(&count);
    for (size_t i = 0; i < count; i++) {
        const struct law *law = articles[i].law;
        char article[24];
        snprintf(article, sizeof article, "art. %d", articles[i].number);
        if (articles[i].bundle_for[0] && strstr(source, law->short_name) && strstr(source, article) &&
            strstr(source, law->effective_from))
            return &articles[i];
    }
    return NULL;
}

static void every_article_that_a_deadline_cites_is_in_the_table(void **state)
{
    (void)state;
    size_t found = 0;
    for (size_t i = 0; i < sizeof deadline_sources / sizeof deadline_sources[0]; i++) {
        if (!strstr(deadline_sources[i], "art. "))
            continue;
        if (!cited(deadline_sources[i]))
            fail_msg("no row for: %s", deadline_sources[i]);
        found++;
    }
    assert_true(found >= 5);
}

static size_t count_on(const char *instant)
{
    int64_t at_us;
    struct buffer law;
    struct json *root;
    struct error *none = NULL;
    assert_int_equal(time_parse(text_of(instant), &at_us, none), 0);
    buffer_init(&law, SERVICE_LAW_BYTES);
    service_law_write(at_us, &law);
    size_t count = 0;
    if (law.length) {
        assert_int_equal(json_parse(buffer_text(&law), SERVICE_LAW_BYTES, &root, none), 0);
        count = json_count(json_find(root, "clauses"));
        json_free(root);
    }
    buffer_done(&law);
    return count;
}

static void an_article_is_cited_from_its_first_day_in_china(void **state)
{
    (void)state;
    static const struct {
        const char *instant;
        size_t count;
    } rows[] = {
        {"2015-03-14T15:59:59Z", 0}, {"2015-03-14T16:00:00Z", 1}, {"2024-06-30T15:59:59Z", 2},
        {"2024-06-30T16:00:00Z", 3}, {"2026-01-31T15:59:59Z", 3}, {"2026-01-31T16:00:00Z", 5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (count_on(rows[i].instant) != rows[i].count)
            fail_msg("%s: %zu articles", rows[i].instant, count_on(rows[i].instant));
}

static void a_bundle_carries_the_row_in_this_form(void **state)
{
    (void)state;
    static const char *const expected =
        "{\"clauses\":[{\"article\":\"第八条\",\"code\":\"PEN-8\",\"effective_from\":\"2015-03-15\",\"key_words\":"
        "\"超过十五日的，视为故意拖延或者无理拒绝\",\"law\":\"侵害消费者权益行为处罚办法(工商总局令第73号,2020修订)\","
        "\"source\":"
        "\"https://www.samr.gov.cn/zw/zfxxgk/fdzdgknr/fgs/art/2023/art_85a1509b801143bc8a37a1aa2722542a.html\","
        "\"used_for\":\"outer\"}],\"in_force_on\":\"2015-03-15\"}\n";
    int64_t at_us;
    struct buffer law;
    assert_int_equal(time_parse(TEXT_LITERAL("2015-03-15T00:00:00Z"), &at_us, NULL), 0);
    buffer_init(&law, SERVICE_LAW_BYTES);
    service_law_write(at_us, &law);
    assert_string_equal(law.data, expected);
    buffer_done(&law);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_article_that_a_deadline_cites_is_in_the_table),
        cmocka_unit_test(an_article_is_cited_from_its_first_day_in_china),
        cmocka_unit_test(a_bundle_carries_the_row_in_this_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
