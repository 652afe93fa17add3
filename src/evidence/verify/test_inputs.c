/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What binds the inputs of a decision. Another value of an input can give the same decision, so the replay alone takes it.
 * From a forger the log protects them all: its leaf commits to the certificate's bytes. From the keeper of the log, who could
 * have logged another value, what the case holds beside the decision protects those that stand there too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "evidence/replay/replay.h"
#include "evidence/replay/test_mutate.h"
#include "evidence/verify/test_forge.h"

/* The inputs, in the order of mutation_inputs, and whether a whole case contradicts another value. */
static const bool is_in_case[MUTATION_INPUTS] = {
    true,  /* decided_at: the time of the ruling's leaf */
    true,  /* claim: the requests */
    false, /* value: what the platform recorded is what it says it recorded, but for what an arbiter found */
    false, /* source: the same */
    true,  /* leaf: not after the ruling; of the same claim; what an arbiter found */
    true,  /* currency: the receipt */
    true,  /* paid: the receipt */
    false, /* earlier_refunds: the ledger's, which is not in the bundle */
};

struct trial {
    struct sample sample; /* the good one */
    struct buffer bundle;
    int forged, logged[MUTATION_INPUTS], contradicted[MUTATION_INPUTS], not_shown[MUTATION_INPUTS];
};

static int input_of(const struct mutation *mutation)
{
    for (int i = 0; i < MUTATION_INPUTS; i++)
        if (strcmp(mutation->place, mutation_inputs[i]) == 0)
            return i;
    fail_msg("%s is no input", mutation->place);
    return -1;
}

/* The keeper logs the bent ruling like any other: every proof fits, and the policy gives it. */
static void log_it(struct trial *trial, const struct mutation *mutation)
{
    struct sample keeper;
    struct buffer bundle;
    struct evidence_report report;
    char id[HASH_HEX_BYTES];
    int input = input_of(mutation);
    sample_init_parts(&keeper, &(struct sample_parts){.ruling = mutation->text});
    sample_write_good(&keeper, EVIDENCE_CONTAINER_TAR, &bundle, id);
    struct evidence_verify_options options = trusting(&keeper);
    evidence_report_init(&report);
    sample_verify(buffer_text(&bundle), &options, &report, NULL);
    size_t failed = sample_count(&report, EVIDENCE_CHECK_INPUTS, EVIDENCE_STATE_FAILED);
    if (report.failed != failed || sample_count(&report, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_OK) != 1) {
        print_failures(&report);
        fail_msg("%s: something else fails\n%.*s", mutation->place, TEXT_ARG(mutation->text));
    }
    trial->logged[input]++;
    trial->contradicted[input] += failed > 0;
    trial->not_shown[input] += sample_count(&report, EVIDENCE_CHECK_INPUTS, EVIDENCE_STATE_NOT_SHOWN) > 0;
    evidence_report_done(&report);
    buffer_done(&bundle);
    sample_done(&keeper);
}

static void forge_and_log(void *context, const struct mutation *mutation)
{
    struct trial *trial = context;
    struct evidence_difference difference;
    if (evidence_replay(mutation->text, TEXT_LITERAL(SAMPLE_POLICY), &difference, NULL) != 0)
        return;
    assert_true(mutation_is_of_input(mutation));
    struct forgery forgery = {.path = SAMPLE_RULING, .bytes = mutation->text};
    assert_forgery_fails(&trial->sample, buffer_text(&trial->bundle), &forgery, EVIDENCE_CHECK_COMMITMENT);
    trial->forged++;
    log_it(trial, mutation);
}

static void another_input_is_refused_from_a_forger_and_where_the_case_contradicts_it_from_the_keeper(void **state)
{
    (void)state;
    struct trial trial = {.forged = 0};
    struct buffer certificate;
    char id[HASH_HEX_BYTES];
    sample_init(&trial.sample, false, 1);
    sample_write_good(&trial.sample, EVIDENCE_CONTAINER_TAR, &trial.bundle, id);
    content_of(buffer_text(&trial.bundle), SAMPLE_RULING, &certificate);
    int tried = mutations_each(buffer_text(&certificate), 1, forge_and_log, &trial);
    print_message("# %d changes, %d of inputs that the replay takes; every forged bundle is refused\n", tried,
                  trial.forged);
    for (int i = 0; i < MUTATION_INPUTS; i++) {
        print_message("#   %s logged so: %d, contradicted by the case %d, not shown %d\n", mutation_inputs[i],
                      trial.logged[i], trial.contradicted[i], trial.not_shown[i]);
        assert_int_equal(trial.contradicted[i] + trial.not_shown[i], is_in_case[i] ? trial.logged[i] : 0);
    }
    buffer_done(&certificate);
    buffer_done(&trial.bundle);
    sample_done(&trial.sample);
}

/* ---- single contradictions ---- */

struct parts_case {
    const char *from, *to; /* in the good certificate */
    struct sample_parts parts;
    enum evidence_check_state state;
    const char *words;
};

#define FINDING "\"leaf\":4,\"name\":\"card\",\"source\":\"arbiter\""
static const struct parts_case parts_cases[] = {
    {"\"v\":1", "\"v\":1", {0}, EVIDENCE_STATE_OK, "1 decisions rest on"},
    {"\"decided_at\":17640003", "\"decided_at\":17640002", {0}, EVIDENCE_STATE_FAILED, "It was decided at 1764000200"},
    {"\"paid\":5000", "\"paid\":4000", {0}, EVIDENCE_STATE_FAILED, "counts 4000 CNY as paid; the receipt says 5000"},
    {"\"currency\":\"CNY\"", "\"currency\":\"USD\"", {0}, EVIDENCE_STATE_FAILED, "counts 5000 USD as paid"},
    {"\"value\":3600}",
     "\"value\":3600},{\"leaf\":null,\"name\":\"quantity\",\"source\":\"record\",\"value\":2}",
     {0},
     EVIDENCE_STATE_FAILED,
     "counts 2 as bought; the receipt says 1"},
    {"\"v\":1",
     "\"v\":1",
     {.receipt = "{\"amount\":{\"amount\":5000,\"currency\":\"CNY\"},\"policy\":{\"sha256\":\"00\"}}"},
     EVIDENCE_STATE_FAILED,
     "Another policy was in force for the order"},
    {"\"v\":1", "\"v\":1", {.receipt = "[]"}, EVIDENCE_STATE_NOT_SHOWN, "The order's receipt"},
    {"\"claim\":null", "\"claim\":\"clm_1\"", {0}, EVIDENCE_STATE_FAILED, "the id of its claim, clm_1"},
    {"\"claim\":null",
     "\"claim\":\"clm_1\"",
     {.second = "{\"claim\":\"clm_2\"}", .second_is_request = true},
     EVIDENCE_STATE_FAILED,
     "the id of its claim, clm_1"},
    {"\"claim\":null",
     "\"claim\":\"clm_1\"",
     {.second = "{\"claim\":\"clm_1\"}", .second_is_request = true},
     EVIDENCE_STATE_OK,
     "1 decisions rest on"},
    {"\"claim\":null",
     "\"claim\":\"clm_1\"",
     {.second = "[]", .second_is_request = true},
     EVIDENCE_STATE_NOT_SHOWN,
     "The request of its claim clm_1 is not here"},
    {"\"leaf\":null", "\"leaf\":24", {0}, EVIDENCE_STATE_FAILED, "leaf 24, which came after the decision"},
    {"\"leaf\":null", "\"leaf\":2", {0}, EVIDENCE_STATE_NOT_SHOWN, "leaf 2, which is not in this bundle"},
    {"\"leaf\":null", "\"leaf\":4", {0}, EVIDENCE_STATE_OK, "1 decisions rest on"},
    {"\"leaf\":null",
     "\"leaf\":4",
     {.second = "{\"claim\":\"clm_2\"}"},
     EVIDENCE_STATE_FAILED,
     "leaf 4, which is of another claim"},
    {"\"leaf\":null,\"name\":\"card\",\"source\":\"record\"",
     FINDING,
     {.second = "{\"finding\":\"card\",\"value\":\"revealed\"}"},
     EVIDENCE_STATE_FAILED,
     "The fact card rests on leaf 4, which found something else"},
    {"\"leaf\":null,\"name\":\"card\",\"source\":\"record\"",
     FINDING,
     {.second = "{\"finding\":\"cause\",\"value\":\"sealed\"}"},
     EVIDENCE_STATE_FAILED,
     "The fact card rests on leaf 4, which found something else"},
    {"\"leaf\":null,\"name\":\"card\",\"source\":\"record\"",
     FINDING,
     {.second = "{\"finding\":\"card\",\"value\":\"sealed\"}"},
     EVIDENCE_STATE_OK,
     "1 decisions rest on"},
};

static bool says(const struct evidence_report *report, enum evidence_check_state state, const char *words)
{
    for (size_t i = 0; i < report->count; i++)
        if (report->findings[i].check == EVIDENCE_CHECK_INPUTS && report->findings[i].state == state &&
            strstr(report->findings[i].words_en, words))
            return true;
    return false;
}

static void a_decision_is_compared_with_the_leaves_that_it_rests_on(void **state)
{
    (void)state;
    struct sample good;
    struct buffer bundle;
    char id[HASH_HEX_BYTES];
    sample_init(&good, false, 1);
    sample_write_good(&good, EVIDENCE_CONTAINER_TAR, &bundle, id);
    for (size_t i = 0; i < sizeof parts_cases / sizeof *parts_cases; i++) {
        const struct parts_case *row = &parts_cases[i];
        struct sample keeper;
        struct buffer ruling, out;
        struct evidence_report report;
        struct sample_parts parts = row->parts;
        parts.ruling = replaced(buffer_text(&bundle), SAMPLE_RULING, row->from, row->to, &ruling);
        sample_init_parts(&keeper, &parts);
        sample_write_good(&keeper, EVIDENCE_CONTAINER_TAR, &out, id);
        struct evidence_verify_options options = trusting(&keeper);
        evidence_report_init(&report);
        sample_verify(buffer_text(&out), &options, &report, NULL);
        if (!says(&report, row->state, row->words)) {
            print_failures(&report);
            fail_msg("%s: nothing says: %s", row->to, row->words);
        }
        evidence_report_done(&report);
        buffer_done(&out);
        buffer_done(&ruling);
        sample_done(&keeper);
    }
    buffer_done(&bundle);
    sample_done(&good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_input_is_refused_from_a_forger_and_where_the_case_contradicts_it_from_the_keeper),
        cmocka_unit_test(a_decision_is_compared_with_the_leaves_that_it_rests_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
