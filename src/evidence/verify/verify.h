/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Offline verification of a bundle: a list of checks, each with its state, exact place, and words for people.
 * It believes nothing in the bundle but what the log's signature covers, and says what it could not check.
 */
#ifndef SHUNTUI_EVIDENCE_VERIFY_H
#define SHUNTUI_EVIDENCE_VERIFY_H

#include <stdbool.h>

#include "evidence/bundle.h"

enum evidence_check {
#define EVIDENCE_CHECK_ROW(name, wire, en, zh) EVIDENCE_CHECK_##name,
#include "evidence/verify/checks.def"
#undef EVIDENCE_CHECK_ROW
    EVIDENCE_CHECK_COUNT
};
const char *evidence_check_wire(enum evidence_check check); /* "inclusion" */
const char *evidence_check_en(enum evidence_check check);
const char *evidence_check_zh(enum evidence_check check);

enum evidence_check_state {
    EVIDENCE_STATE_OK,
    EVIDENCE_STATE_FAILED,
    EVIDENCE_STATE_NOT_SHOWN, /* the bundle or the caller gave nothing to check it with */
};
const char *evidence_check_state_wire(enum evidence_check_state state); /* "ok", "failed", "not_shown" */

struct evidence_finding {
    enum evidence_check check;
    enum evidence_check_state state;
    char place[160];  /* "data/leaves/0003.leaf byte 17", or empty */
    int64_t sequence; /* of the leaf it is about; 0 when none */
    char words_en[300];
    char words_zh[300];
};

#define EVIDENCE_FINDINGS_MAX 2000 /* past this only counters move: a bundle that bad needs no longer list */

struct evidence_report {
    struct evidence_finding *findings; /* in the order of checks.def */
    size_t count, capacity;
    size_t failed, not_shown; /* all, also those past EVIDENCE_FINDINGS_MAX */
    char subject[65];
    char bundle_id[HASH_HEX_BYTES];
};
void evidence_report_init(struct evidence_report *report);
void evidence_report_done(struct evidence_report *report);
/* {"bundle_id":…,"failed":…,"findings":[…],"not_shown":…,"subject":…,"verified":…} */
void evidence_report_write_json(const struct evidence_report *report, struct buffer *out);
/* A line per finding, "ok  inclusion  …"; chinese chooses the words. */
void evidence_report_write_text(const struct evidence_report *report, bool chinese, struct buffer *out);

/*
 * Decides a ruling again from its certificate and the policy's source text. Returns 0 when every step agrees; 1 with
 * the first difference in words when it does not; -1 with error when the certificate or the policy cannot be read.
 */
struct evidence_difference {
    char words_en[300];
    char words_zh[300];
};
typedef int evidence_replay_fn(struct text certificate, struct text policy_source, struct evidence_difference *ret,
                               struct error *error);

/*
 * Makes a clarified policy again: from the text in force before, and the terms of the recorded answer as JSON. It must prove
 * that nobody is worse off by it. Returns 0 with the text appended to *out, or -1 with error.
 */
typedef int evidence_clarify_fn(struct text policy_source, struct text terms, struct buffer *out, struct error *error);

struct evidence_verify_options {
    const char *trusted_vkey; /* of the log, from a channel other than the bundle; NULL when there is none */
    const char
        *trusted_statement_vkeys;   /* one per line; NULL: the bundle's own copies are used, and the report says so */
    const char *expected_bundle_id; /* hex from the cover sheet; NULL when there is none */
    evidence_replay_fn *replay;     /* NULL: decisions are reported as not shown */
    evidence_clarify_fn *clarify;   /* NULL: clarified rules are only looked at, not made again */
    bool allow_repacked;            /* take an archive that was unpacked and packed again by other tools */
};

/* Runs every check; the report is filled whatever comes. Returns 0 when nothing failed, 1 when something did. A reader
 * that could not be opened has no report: show that error instead. */
int evidence_verify_bundle(struct evidence_reader *reader, const struct evidence_verify_options *options,
                           struct evidence_report *report);

#endif
