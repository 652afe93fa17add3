/* SPDX-License-Identifier: Apache-2.0 */
/* A reader of the controlled language in which rules are told: text in, truth out. It knows test_lexicon.h and nothing of policies. */
#ifndef SHUNTUI_POLICY_WORDS_TEST_PHRASES_H
#define SHUNTUI_POLICY_WORDS_TEST_PHRASES_H

#include "policy/policy.h"

enum reading { READING_FALSE, READING_TRUE, READING_FAILED };

/* "A，且（B，或 C）" of these facts, all of which must be known. On FAILED *ret_bad is what could not be read. */
enum reading phrases_read(struct text text, const struct policy_facts *facts, enum policy_language language,
                          struct text *ret_bad);
/* One phrase that says what a fact is ("卡密已兑换", "完成进度 60%"): sets it. Returns 0 or -1. */
int phrase_set(struct text text, struct policy_facts *facts, enum policy_language language);
/* "72 小时"; -1 when it is none. */
int64_t phrase_duration(struct text text, enum policy_language language);
/* "¥12.50" in minor units; -1 when it is none. */
int64_t phrase_money(struct text text);
/* "录屏或沟通记录" as a mask; 0 when it is none. */
uint64_t phrase_proofs(struct text text, enum policy_language language);

/* Tools for reading: the part before the first `mark` outside quotes and brackets is cut off *rest and returned; false when there is
 * no such mark. */
bool phrase_cut(struct text *rest, const char *mark, struct text *ret_part);
bool phrase_take(struct text *rest, const char *start); /* cuts a beginning off */
bool phrase_drop(struct text *rest, const char *end);   /* cuts an ending off */
bool phrase_int(struct text *rest, int64_t *ret);       /* digits at the beginning */

#endif
