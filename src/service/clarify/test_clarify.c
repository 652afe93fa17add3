/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What if and clarifications on a real store: who may record what, what an answer changes and what it never changes, and that
 * a bundle verifies with the recorded chain of rules and with no other, also when the platform itself bends it.
 */
#include "service/testing.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "evidence/replay/replay.h"
#include "evidence/verify/verify.h"
#include "policy/prove/clarify.h"
#include "service/claims/bundle.h"
#include "service/claims/claims.h"
#include "service/clarify/clarify.h"
#include "service/internal.h"
#include "service/policies/policies.h"
#include "service/shop/reveal.h"
#include "service/view.h"

#define ANSWER_BYTES_MAX (1024 * 1024)

/* ---- steps ---- */

struct ask {
    const char *id, *facts;
    struct service_clarification_new in;
    char text[64 * 1024]; /* the answer */
};
typedef int (*ask_fn)(struct service_call *call, struct ask *ask, const struct json *facts, struct json_writer *ret,
                      struct error *error);

static int ask_with(struct service_call *call, struct ask *ask, ask_fn run, struct error *error)
{
    struct json *facts = NULL;
    struct buffer out;
    struct json_writer writer;
    if (ask->facts && json_parse(text_of(ask->facts), 4096, &facts, error) < 0)
        return -1;
    buffer_init(&out, ANSWER_BYTES_MAX);
    json_writer_init(&writer, &out);
    int result = run(call, ask, facts, &writer, error);
    writer.depth = 0;
    json_writer_done(&writer);
    snprintf(ask->text, sizeof ask->text, "%.*s", (int)out.length, out.length ? out.data : "");
    buffer_done(&out);
    json_free(facts);
    return result;
}

static int record_fn(struct service_call *call, struct ask *ask, const struct json *facts, struct json_writer *ret,
                     struct error *error)
{
    ask->in.facts = facts;
    return service_clarify(call, text_of(ask->id), &ask->in, ret, error);
}

static int record_run(struct service_call *call, void *argument, struct error *error)
{
    return ask_with(call, argument, record_fn, error);
}

static int order_fn(struct service_call *call, struct ask *ask, const struct json *facts, struct json_writer *ret,
                    struct error *error)
{
    return service_order_whatif(call, text_of(ask->id), facts, ret, error);
}

static int order_run(struct service_call *call, void *argument, struct error *error)
{
    return ask_with(call, argument, order_fn, error);
}

static int product_fn(struct service_call *call, struct ask *ask, const struct json *facts, struct json_writer *ret,
                      struct error *error)
{
    return service_product_whatif(call, text_of(ask->id), facts, ret, error);
}

static int product_run(struct service_call *call, void *argument, struct error *error)
{
    return ask_with(call, argument, product_fn, error);
}

static int view_run(struct service_call *call, struct text id, struct json_writer *ret, struct error *error)
{
    return service_order_write(call, id, ret, NULL, error);
}

static int claim_view_run(struct service_call *call, struct text id, struct json_writer *ret, struct error *error)
{
    return service_claim_write(call, id, ret, NULL, error);
}

static const char *view(struct testing *testing, const struct service_actor *actor, const char *order)
{
    return testing_json(testing, actor, view_run, order, ERROR_NONE).data;
}

static void says(const char *text, const char *part)
{
    if (!text || !strstr(text, part))
        fail_msg("no %s in %s", part, text ? text : "nothing");
}

/* The merchant answers; the whole answer is in ask->text. */
static void answer(struct testing *testing, const char *order, const char *facts, int64_t percent, enum error_code code,
                   struct ask *ask)
{
    *ask = (struct ask){.id = order, .facts = facts, .in = {.has_refund = true, .percent = percent}};
    testing_write(testing, &testing->merchant, record_run, ask, code);
}

struct claim_run {
    const char *order, *reason;
    char id[ID_BYTES];
};

static int file_run(struct service_call *call, void *argument, struct error *error)
{
    struct claim_run *run = argument;
    struct service_claim_new in = {.reason = text_of(run->reason)};
    struct buffer out;
    struct json_writer writer;
    buffer_init(&out, ANSWER_BYTES_MAX);
    json_writer_init(&writer, &out);
    int result = service_claim_file(call, text_of(run->order), &in, run->id, &writer, error);
    writer.depth = 0;
    json_writer_done(&writer);
    buffer_done(&out);
    return result;
}

static void file(struct testing *testing, const char *order, const char *reason, struct claim_run *run)
{
    *run = (struct claim_run){.order = order, .reason = reason};
    testing_write(testing, &testing->buyer, file_run, run, ERROR_NONE);
}

struct due_run {
    int64_t *count;
};

static int due_run(struct service_call *call, void *argument, struct error *error)
{
    struct due_run *run = argument;
    return service_claims_due(call, 0, 10, run->count, error);
}

static int reveal_run(struct service_call *call, void *argument, struct error *error)
{
    struct service_notice notice;
    struct service_revealed revealed;
    if (service_reveal_notice(call, text_of(argument), &notice, error) < 0)
        return -1;
    return service_reveal(call, text_of(argument), text_of(notice.token), (struct text){NULL, 0}, &revealed, error);
}

static void revealed_order(struct testing *testing, struct testing_order *order)
{
    testing_paid_order(testing, &testing->buyer, testing->product_id, order);
    testing_advance(testing, 60);
    testing_write(testing, &testing->buyer, reveal_run, order->id, ERROR_NONE);
    testing_advance(testing, 60);
}

/* ---- what if ---- */

static void before_buying_the_rule_answers_with_what_the_product_implies(void **state)
{
    struct testing *testing = *state;
    struct ask ask = {.id = testing->product_id};
    struct service_actor nobody = {.role = ROLE_ANONYMOUS};
    testing_read(testing, &nobody, product_run, &ask, ERROR_NONE);
    says(ask.text, "\"fact\":\"reason\"");
    says(ask.text, "\"amount\":9500");
    says(ask.text, "\"answer\":null");
    ask.facts = "{\"card\":\"sealed\",\"purchased\":60,\"quantity\":3,\"reason\":\"changed_mind\"}";
    testing_read(testing, &nobody, product_run, &ask, ERROR_NONE);
    says(ask.text, "\"governing\":\"sealed\"");
    says(ask.text, "\"refund\":28500");
    ask.facts = "{\"card\":\"sealed\",\"revealed\":60}";
    testing_read(testing, &nobody, product_run, &ask, ERROR_FACTS_IMPOSSIBLE);
    ask.facts = "{\"progress\":60}";
    testing_read(testing, &nobody, product_run, &ask, ERROR_FIELD_VALUE);
    ask.facts = "{\"reasson\":\"other\"}";
    testing_read(testing, &nobody, product_run, &ask, ERROR_FIELD_UNKNOWN);
    ask.facts = "{\"reason\":{\"value\":\"other\",\"source\":\"record\"}}";
    testing_read(testing, &nobody, product_run, &ask, ERROR_FIELD_TYPE);
    ask = (struct ask){.id = "prd_00000000000000000000000000"};
    testing_read(testing, &nobody, product_run, &ask, ERROR_NOT_FOUND);
    assert_int_equal(testing_count(testing, "clarification"), 0);
}

static void after_buying_it_answers_with_what_is_recorded(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    revealed_order(testing, &order);
    struct ask ask = {.id = order.id, .facts = "{\"reason\":\"changed_mind\"}"};
    testing_read(testing, &testing->buyer, order_run, &ask, ERROR_NONE);
    says(ask.text, "\"governing\":\"changed\"");
    /* Supposing that it was not revealed sets the record of the reveal aside. */
    ask.facts = "{\"reason\":\"changed_mind\",\"card\":\"sealed\"}";
    testing_read(testing, &testing->buyer, order_run, &ask, ERROR_NONE);
    says(ask.text, "\"governing\":\"sealed\"");
    testing_read(testing, &testing->stranger, order_run, &ask, ERROR_NOT_FOUND);
    testing_read(testing, &testing->rival, order_run, &ask, ERROR_NOT_FOUND);
    struct testing_order unpaid;
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &unpaid);
    ask.id = unpaid.id;
    ask.facts = "{\"reason\":\"changed_mind\"}";
    testing_read(testing, &testing->buyer, order_run, &ask, ERROR_NONE);
    says(ask.text, "\"answer\":null");
}

/* Publishes version 2: the policy with another time for a person, and these clauses. */
static int newer_run(struct service_call *call, void *argument, struct error *error)
{
    struct ask *ask = argument;
    const struct policy *policy;
    char id[ID_BYTES];
    if (service_policy_get(call, text_of(ask->id), &policy, error) < 0)
        return -1;
    snprintf(ask->text, sizeof ask->text, "%.*s", TEXT_ARG(policy_source(policy)));
    memcpy(strstr(ask->text, "version 1"), "version 2", 9);
    memcpy(strstr(ask->text, "within 48 hours"), "within 24 hours", 15);
    size_t length = strlen(ask->text);
    snprintf(ask->text + length, sizeof ask->text - length, "%s", ask->facts ? ask->facts : "");
    return service_policy_publish_text(call, text_of(ask->text), id, error);
}

static void a_product_answers_by_the_version_in_force_and_an_order_by_its_own(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct ask newer = {.id = testing->policy_id},
               ask = {.facts = "{\"reason\":\"unauthorised\",\"card\":\"redeemed\"}"};
    revealed_order(testing, &order);
    testing_write(testing, NULL, newer_run, &newer, ERROR_NONE);
    for (int later = 0; later < 2; later++) {
        ask.id = testing->product_id;
        testing_read(testing, &testing->buyer, product_run, &ask, ERROR_NONE);
        says(ask.text, later ? "\"review_s\":86400" : "\"review_s\":172800");
        ask.id = order.id;
        testing_read(testing, &testing->buyer, order_run, &ask, ERROR_NONE);
        says(ask.text, "\"review_s\":172800");
        testing_advance(testing, 20 * 86400);
    }
}

static int preview_run(struct service_call *call, struct text id, struct json_writer *ret, struct error *error)
{
    struct service_claim_new in = {.reason = text_of("unauthorised")};
    return service_claim_preview(call, id, &in, ret, error);
}

/* Asking where he lives first would leave his age open in every case. */
static void a_preview_asks_the_question_that_brings_a_decision_nearest(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct ask newer = {
        .id = testing->policy_id,
        .facts = "\nclause grown \"t\"\n  when reason is unauthorised and region is cn and not buyer_is_minor\n"
                 "  refund 10 percent at once\n"
                 "\nclause minor \"t\"\n  when reason is unauthorised and buyer_is_minor\n  refund full at once\n"
                 "\ngrown overrides sealed\nminor overrides sealed\n"};
    testing_write(testing, NULL, newer_run, &newer, ERROR_NONE);
    testing_advance(testing, 20 * 86400);
    revealed_order(testing, &order);
    const char *text = testing_json(testing, &testing->buyer, preview_run, order.id, ERROR_NONE).data;
    says(text, "\"disposition\":\"open\"");
    says(text, "\"fact\":\"buyer_is_minor\"");
    says(text, "\"steps_milli\":1500");
    says(text, "\"wanted\":[{\"kind\":\"buyer_is_minor\"");
}

/* ---- recording ---- */

static void the_rules_own_answer_is_recorded_and_changes_nothing(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    revealed_order(testing, &order);
    struct ask ask = {.id = order.id,
                      .facts = "{\"reason\":\"changed_mind\"}",
                      .in = {.question = text_of("加我微信 abc123 说一下能退吗？")}};
    testing_write(testing, &testing->buyer, record_run, &ask, ERROR_NONE);
    says(ask.text, "\"answered_by\":\"rule\"");
    says(ask.text, "\"clause\":\"changed\"");
    says(ask.text, "\"contact_flag\":true");
    says(ask.text, "\"clarified\":null");
    says(view(testing, &testing->merchant, order.id), "\"own_policy\":null");
    says(view(testing, &testing->merchant, order.id), "\"answered_by\":\"rule\"");
    assert_int_equal(testing_count(testing, "order_policy"), 0);
    /* The claim then says that this was asked before. */
    struct claim_run claim;
    file(testing, order.id, "changed_mind", &claim);
    const char *text = testing_json(testing, &testing->buyer, claim_view_run, claim.id, ERROR_NONE).data;
    says(text, "\"clarifications\":[{\"answered_by\":\"rule\"");
    testing_check_invariants(testing);
}

static void a_situation_that_is_not_clear_yet_is_not_recorded(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
    struct ask ask = {.id = order.id, .facts = "{\"card\":\"revealed\"}"};
    testing_write(testing, &testing->buyer, record_run, &ask, ERROR_CLARIFICATION_OPEN);
    ask.facts = "{\"card\":\"sealed\",\"revealed\":5}";
    testing_write(testing, &testing->buyer, record_run, &ask, ERROR_FACTS_IMPOSSIBLE);
    assert_int_equal(testing_count(testing, "clarification"), 0);
}

#define REGION "{\"reason\":\"wrong_item_or_region\",\"card\":\"revealed\"}"

static void a_merchants_answer_becomes_a_clause_of_this_order_alone(void **state)
{
    struct testing *testing = *state;
    struct testing_order order, other;
    struct claim_run claim;
    struct ask ask;
    revealed_order(testing, &order);
    revealed_order(testing, &other);
    answer(testing, order.id, REGION, 50, ERROR_NONE, &ask);
    says(ask.text, "\"clause\":\"clarified_1\"");
    says(ask.text, "\"refund\":4750");
    const char *text = view(testing, &testing->buyer, order.id);
    says(text, "clause clarified_1");
    says(text, testing->policy_id); /* pinned as before */
    says(view(testing, &testing->buyer, other.id), "\"own_policy\":null");
    assert_int_equal(testing_count(testing, "policy"), 2);
    file(testing, order.id, "wrong_item_or_region", &claim);
    text = testing_json(testing, &testing->buyer, claim_view_run, claim.id, ERROR_NONE).data;
    says(text, "\"clause\":\"clarified_1\"");
    says(text, "\"decisions\":[{\"amount\":{\"amount\":4750,");
    says(text, "\"clarified_at\":\"2027-01-15T");
    answer(testing, order.id, "{\"reason\":\"unauthorised\"}", 100, ERROR_CLARIFICATION_CLOSED, &ask);
    file(testing, other.id, "wrong_item_or_region", &claim);
    text = testing_json(testing, &testing->buyer, claim_view_run, claim.id, ERROR_NONE).data;
    says(text, "\"stage\":\"platform\"");
    testing_restart(testing);
    says(view(testing, &testing->buyer, order.id), "clause clarified_1");
    testing_check_invariants(testing);
}

/* It waits for a person of the platform, who from then on has the merchant's word; so has the clock. */
static void an_open_claim_is_looked_at_again(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct claim_run claim;
    struct ask ask;
    revealed_order(testing, &order);
    file(testing, order.id, "wrong_item_or_region", &claim);
    const char *text = testing_json(testing, &testing->buyer, claim_view_run, claim.id, ERROR_NONE).data;
    says(text, "\"stage\":\"platform\"");
    says(text, "\"disposition\":\"review\"");
    says(text, "\"clarified\":null");
    answer(testing, order.id, REGION, 100, ERROR_NONE, &ask);
    text = testing_json(testing, &testing->buyer, claim_view_run, claim.id, ERROR_NONE).data;
    says(text, "\"disposition\":\"pay_now\"");
    says(text, "\"clarified\":{\"answered_by\":\"merchant\"");
    testing_advance(testing, 8 * 86400);
    int64_t due;
    struct due_run run = {&due};
    testing_write(testing, &testing->arbiter, due_run, &run, ERROR_NONE);
    says(testing_json(testing, &testing->buyer, claim_view_run, claim.id, ERROR_NONE).data,
         "\"decisions\":[{\"amount\":{\"amount\":9500,");
    testing_check_invariants(testing);
}

static void who_may_not_answer_cannot(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    revealed_order(testing, &order);
    struct ask ask = {.id = order.id, .facts = REGION, .in = {.has_refund = true, .percent = 100}};
    testing_write(testing, &testing->buyer, record_run, &ask, ERROR_ACCESS_DENIED);
    testing_write(testing, &order.guest, record_run, &ask, ERROR_ACCESS_DENIED);
    testing_write(testing, &testing->stranger, record_run, &ask, ERROR_NOT_FOUND);
    testing_write(testing, &testing->rival, record_run, &ask, ERROR_NOT_FOUND);
    ask.in = (struct service_clarification_new){.answer = text_of("可以退")};
    testing_write(testing, &testing->buyer, record_run, &ask, ERROR_FIELD_UNKNOWN);
    assert_int_equal(testing_count(testing, "clarification"), 0);
    ask.in = (struct service_clarification_new){.has_refund = true, .percent = 100};
    testing_write(testing, &testing->arbiter, record_run, &ask, ERROR_NONE);
    says(view(testing, &testing->buyer, order.id), "borne by platform");
}

static void an_answer_that_gives_less_or_nothing_new_is_refused(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct ask ask;
    revealed_order(testing, &order);
    ask = (struct ask){
        .id = order.id, .facts = REGION, .in = {.has_refund = true, .percent = 100, .within_s = 72 * 3600}};
    testing_write(testing, &testing->merchant, record_run, &ask, ERROR_CLARIFICATION_LESS);
    answer(testing, order.id, "{\"reason\":\"changed_mind\",\"card\":\"sealed\",\"purchased\":60}", 100,
           ERROR_CLARIFICATION_NEEDLESS, &ask);
    answer(testing, order.id, "{\"card\":\"revealed\"}", 100, ERROR_FIELD_MISSING, &ask);
    answer(testing, order.id, "{\"reason\":\"unauthorised\",\"merchant_answer\":\"silent\"}", 100, ERROR_FIELD_VALUE,
           &ask);
    assert_int_equal(testing_count(testing, "clarification"), 0);
    assert_int_equal(testing_count(testing, "order_policy"), 0);
}

static void an_order_has_at_most_eight_answers_and_the_better_one_governs(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct claim_run claim;
    struct ask ask;
    revealed_order(testing, &order);
    for (int i = 0; i < POLICY_CLARIFICATIONS_MAX; i++)
        answer(testing, order.id, REGION, 10 + i, ERROR_NONE, &ask);
    says(ask.text, "\"number\":8");
    answer(testing, order.id, REGION, 90, ERROR_LIMIT_EXCEEDED, &ask);
    file(testing, order.id, "wrong_item_or_region", &claim);
    says(testing_json(testing, &testing->buyer, claim_view_run, claim.id, ERROR_NONE).data,
         "\"clause\":\"clarified_8\"");
}

/* ---- bundles ---- */

/* Returns how often the rule of the order was found to be another; verified: nothing failed at all. */
static size_t bundle_check(struct testing *testing, const char *claim, bool *ret_verified)
{
    struct service_bundle_file file;
    struct error error;
    struct buffer bytes;
    struct evidence_reader *reader;
    struct evidence_report report;
    if (service_bundle_export(testing->service, &testing->buyer, text_of(claim), EVIDENCE_CONTAINER_TAR, &file, &error))
        fail_msg("export: %s", error.message);
    buffer_init(&bytes, LIMIT_EVIDENCE_BYTES);
    assert_int_equal(file_read_all(file.path, LIMIT_EVIDENCE_BYTES, &bytes, &error), 0);
    unlink(file.path);
    struct text text = buffer_text(&bytes);
    struct evidence_source source = evidence_source_memory(&text);
    struct evidence_verify_options options = {
        .trusted_vkey = service_log_vkey(testing->service), .replay = evidence_replay, .clarify = policy_clarify_text};
    assert_int_equal(evidence_reader_open(&source, &reader, &error), 0);
    evidence_report_init(&report);
    *ret_verified = evidence_verify_bundle(reader, &options, &report) == 0;
    size_t failed = 0;
    for (size_t i = 0; i < report.count; i++) {
        bool is_bad = report.findings[i].state == EVIDENCE_STATE_FAILED;
        enum evidence_check check = report.findings[i].check;
        failed += is_bad && (check == EVIDENCE_CHECK_POLICY || check == EVIDENCE_CHECK_INPUTS);
        if (is_bad)
            print_message("# %s: %s\n", evidence_check_wire(report.findings[i].check), report.findings[i].words_en);
    }
    evidence_report_done(&report);
    evidence_reader_close(reader);
    buffer_done(&bytes);
    return failed;
}

static void a_bundle_verifies_along_the_recorded_answers(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct claim_run claim;
    struct ask ask;
    bool verified;
    revealed_order(testing, &order);
    ask = (struct ask){.id = order.id, .facts = "{\"reason\":\"changed_mind\"}"};
    testing_write(testing, &testing->buyer, record_run, &ask, ERROR_NONE);
    answer(testing, order.id, REGION, 30, ERROR_NONE, &ask);
    answer(testing, order.id, "{\"reason\":\"wrong_item_or_region\"}", 50, ERROR_NONE, &ask);
    file(testing, order.id, "wrong_item_or_region", &claim);
    bundle_check(testing, claim.id, &verified);
    assert_true(verified);
}

/* What a platform that bends the record would write: the genuine answer with one thing changed, under its own signature. */
struct bend {
    const char *name;
    const char *find, *replace;               /* in the record */
    const char *policy_find, *policy_replace; /* in the clarified policy; the record then names its hash */
    bool no_record;                           /* the policy is there, the answer is not */
};

struct forge {
    const struct bend *bend;
    const char *order;
    char record[64 * 1024], source[64 * 1024], sha256[HASH_HEX_BYTES];
};

static int genuine_run(struct service_call *call, void *argument, struct error *error)
{
    struct forge *forge = argument;
    struct ask *ask = arena_new_object(call->arena, struct ask);
    *ask = (struct ask){.id = forge->order, .facts = REGION, .in = {.has_refund = true, .percent = 50}};
    if (record_run(call, ask, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_CLARIFICATIONS);
    query_bind_string(query, 1, forge->order);
    assert_int_equal(query_step(query, error), 1);
    struct text record = query_blob(query, 6);
    snprintf(forge->record, sizeof forge->record, "%.*s", TEXT_ARG(record));
    query_end(query);
    struct service_order order;
    const struct policy *policy;
    if (service_order_load(call, text_of(forge->order), &order, error) < 0 ||
        service_policy_get(call, text_of(order.policy_id), &policy, error) < 0)
        return -1;
    snprintf(forge->source, sizeof forge->source, "%.*s", TEXT_ARG(policy_source(policy)));
    hash_hex(policy_sha256(policy), forge->sha256);
    return error_set(error, ERROR_ORDER_STATE, "taken back, to be written otherwise");
}

static void replace(char *text, size_t bytes, const char *find, const char *by)
{
    char *at = strstr(text, find);
    if (!at)
        fail_msg("no %s in %s", find, text);
    for (; at; at = strstr(at + strlen(by), find)) {
        char rest[64 * 1024];
        snprintf(rest, sizeof rest, "%s", at + strlen(find));
        snprintf(at, bytes - (size_t)(at - text), "%s%s", by, rest);
    }
}

static int forged_policy_add(struct service_call *call, const struct forge *forge, const struct service_order *order,
                             struct error *error)
{
    uint8_t hash[HASH_BYTES];
    int64_t leaf_index;
    struct text source = text_of(forge->source);
    struct service_leaf leaf = {.subject = text_of("pol_00000000000000000000000001"),
                                .kind = EVIDENCE_KIND_POLICY_SNAPSHOT,
                                .media_type = "text/plain",
                                .item = source};
    hash_sha256(source.data, source.length, hash);
    if (service_log_append(call, &leaf, &leaf_index, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_ORDER_POLICY_ADD);
    query_bind_string(query, 1, "pol_00000000000000000000000001");
    query_bind_string(query, 2, order->id);
    query_bind_blob(query, 3, hash, HASH_BYTES);
    query_bind_text(query, 4, source);
    query_bind_int(query, 5, leaf_index);
    query_bind_int(query, 6, call->now_us);
    if (query_run(query, error) < 0)
        return -1;
    query = store_query(call->tx, QUERY_ORDER_CLARIFIED);
    query_bind_string(query, 1, order->id);
    query_bind_int(query, 2, order->version);
    query_bind_string(query, 3, "pol_00000000000000000000000001");
    return query_run(query, error);
}

static int forged_run(struct service_call *call, void *argument, struct error *error)
{
    struct forge *forge = argument;
    const struct bend *bend = forge->bend;
    struct service_order order;
    if (bend->policy_find) {
        uint8_t hash[HASH_BYTES];
        char hex[HASH_HEX_BYTES];
        replace(forge->source, sizeof forge->source, bend->policy_find, bend->policy_replace);
        hash_sha256(forge->source, strlen(forge->source), hash);
        hash_hex(hash, hex);
        replace(forge->record, sizeof forge->record, forge->sha256, hex);
    }
    if (bend->find)
        replace(forge->record, sizeof forge->record, bend->find, bend->replace);
    if (service_order_load(call, text_of(forge->order), &order, error) < 0 ||
        forged_policy_add(call, forge, &order, error) < 0)
        return -1;
    struct service_leaf leaf = {
        .subject = text_of(order.id), .kind = EVIDENCE_KIND_CLARIFICATION, .item = text_of(forge->record)};
    return bend->no_record ? 0 : service_log_append(call, &leaf, NULL, error);
}

static void a_bent_chain_of_rules_is_refused(void **state)
{
    struct testing *testing = *state;
    static const struct bend bends[] = {
        {.name = "as it was"},
        {.name = "no record", .no_record = true},
        {.name = "of another order", .find = "\"order\":\"ord_", .replace = "\"order\":\"orx_"},
        {.name = "other facts", .find = "\"card\":\"revealed\"", .replace = "\"card\":\"redeemed\""},
        {.name = "other terms", .find = "\"percent\":50", .replace = "\"percent\":60"},
        {.name = "another number", .find = "\"number\":1", .replace = "\"number\":2"},
        {.name = "another day", .find = "\"day\":\"2027", .replace = "\"day\":\"2028"},
        {.name = "another author", .find = "\"by\":\"merchant\"", .replace = "\"by\":\"platform\""},
        {.name = "of the rule", .find = "\"answered_by\":\"merchant\"", .replace = "\"answered_by\":\"rule\""},
        {.name = "another outcome", .find = "\"outcome\":\"refund\"", .replace = "\"outcome\":\"refuse\""},
        {.name = "another format", .find = "shuntui-clarification-1", .replace = "shuntui-clarification-2"},
        {.name = "less money", .policy_find = "refund 50 percent", .policy_replace = "refund 40 percent"},
        {.name = "a worse clause",
         .policy_find = "refund 50 percent at once\n",
         .policy_replace = "refund 50 percent at once\nclause more \"t\" when reason is unauthorised refuse\n"},
        {.name = "slower than the person it replaces",
         .find = "\"within_s\":0",
         .replace = "\"within_s\":259200",
         .policy_find = "  refund 50 percent at once\n",
         .policy_replace = "  merchant answers within 3 days, silence accepts\n  refund 50 percent\n"},
        {.name = "the rule before changed", .policy_find = "within 7 days\n", .policy_replace = "within 8 days\n"},
        {.name = "wider", .policy_find = " and card is revealed\n", .policy_replace = "\n"},
    };
    for (size_t i = 0; i < sizeof bends / sizeof *bends; i++) {
        struct testing_order order;
        struct claim_run claim;
        static struct forge forge;
        bool verified;
        testing_teardown(state);
        testing_setup(state);
        testing = *state;
        revealed_order(testing, &order);
        forge = (struct forge){.bend = &bends[i], .order = order.id};
        testing_write(testing, &testing->merchant, genuine_run, &forge, ERROR_ORDER_STATE);
        testing_write(testing, &testing->merchant, forged_run, &forge, ERROR_NONE);
        file(testing, order.id, "wrong_item_or_region", &claim);
        print_message("# %s\n", bends[i].name);
        size_t failed = bundle_check(testing, claim.id, &verified);
        if (i == 0 ? !verified : failed == 0)
            fail_msg("%s: %zu failures", bends[i].name, failed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(before_buying_the_rule_answers_with_what_the_product_implies),
        SERVICE_TEST(after_buying_it_answers_with_what_is_recorded),
        SERVICE_TEST(a_product_answers_by_the_version_in_force_and_an_order_by_its_own),
        SERVICE_TEST(a_preview_asks_the_question_that_brings_a_decision_nearest),
        SERVICE_TEST(the_rules_own_answer_is_recorded_and_changes_nothing),
        SERVICE_TEST(a_situation_that_is_not_clear_yet_is_not_recorded),
        SERVICE_TEST(a_merchants_answer_becomes_a_clause_of_this_order_alone),
        SERVICE_TEST(an_open_claim_is_looked_at_again),
        SERVICE_TEST(who_may_not_answer_cannot),
        SERVICE_TEST(an_answer_that_gives_less_or_nothing_new_is_refused),
        SERVICE_TEST(an_order_has_at_most_eight_answers_and_the_better_one_governs),
        SERVICE_TEST(a_bundle_verifies_along_the_recorded_answers),
        SERVICE_TEST(a_bent_chain_of_rules_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
