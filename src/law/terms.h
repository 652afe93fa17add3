/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lint of free text that a merchant publishes: terms that the law makes void or forbids, terms that are risky, and citations of
 * the law that are wrong, each with its exact place, the articles behind it and a lawful rewording. It reads disguises (law/view.h) and
 * passes over what only quotes, denies or asks about such a term. Categories and patterns are rows of law/terms.def; how well it
 * does is measured by test_terms_measure over tests/terms/labelled.tsv. What it does not find may still be void.
 */
#ifndef SHUNTUI_LAW_TERMS_H
#define SHUNTUI_LAW_TERMS_H

#include "base/limits.h"
#include "base/text.h"
#include "law/law.h"

struct arena;
struct error;
struct json_writer;

#define TERMS_FINDINGS_MAX 64   /* whoever has more begins with these */
#define TERMS_ARTICLES_MAX 6    /* of one finding */
#define TERMS_REWORDING_MAX 220 /* bytes of a void category's rewordings together: both are the hint of an error */

enum terms_severity {
    TERMS_SEVERITY_RISKY, /* it may have no effect, or mislead; the lint warns */
    TERMS_SEVERITY_VOID   /* the law takes its effect away or forbids it */
};

enum terms_category {
#define TERM_CATEGORY(name, ...) TERMS_##name,
#include "law/terms.def"
#undef TERM_CATEGORY
    TERMS_CATEGORY_COUNT
};

struct terms_words {
    const char *wire; /* "no_refund" */
    enum terms_severity severity;
    const char *label_en, *label_zh;
    const char *articles; /* codes of law/law.def, separated by '|', the weightiest first */
    const char *why_en, *why_zh;
    const char *rewording_en, *rewording_zh;
    const char *hint_en, *hint_zh;
};
const struct terms_words *terms_words(enum terms_category category);
const char *terms_severity_wire(enum terms_severity severity);

struct terms_finding {
    enum terms_category category;
    enum terms_severity severity;
    size_t offset, length;    /* bytes of the text */
    int line, column;         /* of its first character, from 1; a column is a code point */
    int end_line, end_column; /* just past its last */
    struct text excerpt;      /* a view of the text */
    const struct law_article
        *articles[TERMS_ARTICLES_MAX]; /* in force on the day; for a citation, what to cite instead */
    size_t article_count;
    const struct law *cited_law; /* of a citation: the law that was cited, NULL when the table has not got it */
    int cited_number;            /* and its article; 0: the finding is no citation */
    const char *why_en, *why_zh, *rewording_en, *rewording_zh, *hint_en, *hint_zh;
};

struct terms_report {
    struct terms_finding findings[TERMS_FINDINGS_MAX]; /* by place; two of one category never overlap */
    size_t count;
    size_t void_count;
    bool more;     /* there were more findings than fit */
    int64_t steps; /* of the matcher; 0 unless it counts */
};

/* The compiled tables. Made once; any number of threads may lint with one. counted: for measuring, slower. */
struct terms;
struct terms *terms_new(bool counted);
void terms_free(struct terms *terms);

/* Lints a text for the law of a day ("2026-02-01"). Returns 0 with *ret, or -1 with UTF8_INVALID, LIMIT_EXCEEDED (longer than
 * LIMIT_TERMS_BYTES) or TERMS_UNREADABLE (a sentence that is made to take for ever). */
int terms_lint(const struct terms *terms, struct text text, const char *day, struct terms_report *ret,
               struct error *error);

/* One finding as a JSON object. */
void terms_finding_write(struct json_writer *writer, const struct terms_finding *finding);
/* A report as the members "findings", "more" and "void" of the writer's object. */
void terms_report_write(struct json_writer *writer, const struct terms_report *report);
/* A report for people: "name:line:column: …", the line with a marker, why, articles, rewording. */
void terms_report_print(struct buffer *out, const struct terms_report *report, struct text text, const char *name,
                        bool chinese);

#endif
