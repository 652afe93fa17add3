/* SPDX-License-Identifier: Apache-2.0 */
/* Prints docs/claims.md from the tables, so that the documentation cannot drift from what the program does (tests/claims-doc.t). */
#include "claim/claim.h"

#include <stdio.h>
#include <string.h>

static void print_roles(unsigned roles)
{
    const char *between = "";
    for (int role = 0; role < CLAIM_ROLE_COUNT; role++)
        if (roles & 1u << role) {
            const struct claim_word *word = claim_role_word((enum claim_role)role);
            printf("%s%s %s", between, word->label_zh, word->label_en);
            between = ", ";
        }
}

static void print_duration(int64_t seconds)
{
    if (seconds % TIME_DAY_S == 0 && seconds >= 5 * TIME_DAY_S)
        printf("%lld d", (long long)(seconds / TIME_DAY_S));
    else
        printf("%lld h", (long long)(seconds / TIME_HOUR_S));
}

static const char *lower(enum claim_position position, char out[static 40])
{
    const char *name = claim_position_info(position)->name;
    size_t i = 0;
    for (; name[i] && i < 39; i++)
        out[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 32) : name[i];
    out[i] = '\0';
    return out;
}

static void print_position(enum claim_position position)
{
    static const char *const effects[] = {"", "hold", "refund", "release"};
    const struct claim_position_info *info = claim_position_info(position);
    char name[40];
    printf("\n### %s — %s / %s\n\n%s\n%s\n\n", lower(position, name), claim_stage_word(info->stage)->label_zh,
           claim_stage_word(info->stage)->wire, info->now_zh, info->now_en);
    if (info->deadline_default != CLAIM_EVENT_NONE)
        printf("Waits for %s %s. At zero: `%s` — %s %s\n\n", claim_waiting_word(info->waiting)->label_zh,
               claim_waiting_word(info->waiting)->label_en, claim_event_info(info->deadline_default)->wire,
               info->at_zero_zh, info->at_zero_en);
    printf("| event | who | when | leads to | money | basis |\n|---|---|---|---|---|---|\n");
    for (int i = 0; i < claim_transition_count(); i++) {
        const struct claim_transition *row = claim_transition(i);
        if (row->from != position)
            continue;
        printf("| `%s` %s | ", claim_event_info(row->event)->wire, claim_event_info(row->event)->label_zh);
        print_roles(row->roles);
        const char *zh = claim_guard_words_zh(row->guard), *en = claim_guard_words_en(row->guard);
        printf(" | %s%s%s | %s | %s | %s |\n", zh, zh[0] ? " — " : "", en,
               row->to == row->from ? "stays" : lower(row->to, name), effects[row->effect],
               claim_basis_word(row->basis)->wire);
    }
}

int main(void)
{
    printf("<!-- SPDX-License-Identifier: Apache-2.0 -->\n<!-- Printed by build/tests/claim_table from the tables "
           "in src/claim; "
           "do not edit. -->\n\n# 退款申请的状态 — The life of a claim\n\n"
           "A claim always says where it stands, who is waited for, until when, and what happens then. A position is a "
           "stage\n"
           "with a party waited for and a default on silence; each row below is a row of `src/claim/transitions.def`, "
           "and\n"
           "whatever is not here is refused (`claim_event_not_allowed`, `claim_actor_not_allowed`, `claim_closed`).\n"
           "After a deadline only its default can happen (`claim_deadline_passed`).\n\n"
           "money: `hold` the order's money is held for the claim; `refund` it is paid back; `release` the claim no "
           "longer\n"
           "holds it. basis: what the decision that is written rests on.\n\n## 期限 — Time limits\n\n"
           "| limit | default | at least | at most | source |\n|---|---|---|---|---|\n");
    for (int i = 1; i < CLAIM_DEADLINE_COUNT; i++) {
        const struct claim_deadline_info *info = claim_deadline_info((enum claim_deadline)i);
        printf("| %s | ", info->name);
        print_duration(info->default_s);
        printf(" | ");
        print_duration(info->minimum_s);
        printf(" | ");
        print_duration(info->maximum_s);
        printf(" | %s |\n", info->source);
    }
    printf("\nNo deadline of a deciding stage passes the outer limit; only money that is already on its way may take "
           "longer.\n\n"
           "## 状态 — Positions\n");
    for (int i = 0; i < CLAIM_POSITION_COUNT; i++)
        print_position((enum claim_position)i);
    printf("\n## 结果 — Outcomes\n\n| wire | 中文 | English |\n|---|---|---|\n");
    for (int i = 1; i < CLAIM_OUTCOME_COUNT; i++) {
        const struct claim_word *word = claim_outcome_word((enum claim_outcome)i);
        printf("| `%s` | %s | %s |\n", word->wire, word->label_zh, word->label_en);
    }
    return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
