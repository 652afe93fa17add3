/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law that policies, terms, decisions and explanations cite (src/law/law.def), found by code or as people cite it. A row is a
 * fact with its source, never advice. Days are text, "2026-02-01", in China: so they compare as text. Everything here is constant.
 */
#ifndef SHUNTUI_LAW_LAW_H
#define SHUNTUI_LAW_LAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "base/time.h"

/* One version of a law. */
struct law {
    const char *id;         /* "ECL" */
    const char *name;       /* as published, with the number of its decree */
    const char *short_name; /* "电子商务法"; the two books of the Civil Code share theirs */
    const char *name_en;
    const char *aliases;         /* other names in use, separated by '|' */
    const char *effective_from;  /* the first day on which it was in force */
    const char *effective_until; /* the first day on which it no longer was; empty: it is */
    const char *replaced_by;     /* the id of the law that took its place, or empty */
    const char *source;          /* where its text is: an address of the web */
};

struct law_article {
    const struct law *law;
    const char *code;       /* "ECL-49-2": the name under which a policy or a term cites it */
    int number, paragraph;  /* 49, 2; paragraph 0: the article as a whole */
    const char *article;    /* "第四十九条" */
    const char *key_words;  /* of the source, verbatim but for "…" */
    const char *meaning_en; /* one sentence of ours */
    const char *bundle_for; /* what of ours rests on it in a bundle; empty: a bundle does not carry it */
};

/* All articles, in the order of the table, which is the order of a bundle. */
const struct law_article *law_articles(size_t *ret_count);
/* By code ("CPL-24"). NULL when there is none. */
const struct law_article *law_find(struct text code);
/* By a law's id ("CPL"). NULL when there is none. */
const struct law *law_find_law(struct text id);
/* Whether a name is that of the law: as published, without what stands in brackets, short, English, or another in use. Latin letters
 * in either case. */
bool law_is_named(const struct law *law, struct text name);
/* As people cite it: by any name of the law and the article's number; the row of that paragraph if there is one, else the first of the
 * article. NULL when the table has no such article, which does not mean that the law has none. */
const struct law_article *law_cited(struct text name, int number, int paragraph);

/* Whether the article was in force on that day (TIME_DAY_TEXT_BYTES - 1 characters). */
bool law_in_force(const struct law_article *article, const char *day);

#endif
