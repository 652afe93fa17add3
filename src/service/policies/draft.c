/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a draft, and comparing it with what buyers see now and have been told to expect. */
#include "service/policies/draft.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "policy/words/difference.h"
#include "service/rows.h"

#define PART_BYTES_MAX (1024 * 1024) /* twenty problems with their situations, or the difference of two long policies */

struct text service_part(struct service_call *call, service_part_write *write, const void *part)
{
    struct buffer out;
    struct json_writer writer;
    buffer_init(&out, PART_BYTES_MAX);
    json_writer_init(&writer, &out);
    write(&writer, part);
    json_writer_done(&writer);
    bool fits = buffer_check(&out, NULL) == 0;
    struct text text = fits ? arena_copy_text(call->arena, buffer_text(&out)) : TEXT_LITERAL("null");
    buffer_done(&out);
    return text;
}

struct report_part {
    const struct policy *policy;
    const struct policy_problems *problems;
};

static void report_write(struct json_writer *writer, const void *part)
{
    const struct report_part *report = part;
    policy_check_report(writer, report->policy, report->problems, "policy");
}

int service_refuse_with_report(struct service_call *call, const struct policy *policy,
                               const struct policy_problems *problems)
{
    call->refusal_name = "report";
    call->refusal = service_part(call, report_write, &(struct report_part){policy, problems});
    return -1;
}

int service_draft_read(struct service_call *call, struct text source, struct service_draft *ret, struct error *error)
{
    *ret = (struct service_draft){.problems = arena_new_object(call->arena, struct policy_problems)};
    if (call->actor.role == ROLE_MERCHANT)
        ret->owner = arena_copy_text(call->arena, text_of(call->actor.party_id));
    if (policy_parse(call->arena, source, &ret->policy, ret->problems, error) < 0) {
        ret->policy = NULL;
        return -1;
    }
    return policy_check(ret->policy, ret->problems, error);
}

static int harm_find(struct service_call *call, struct service_draft *draft, const char *id,
                     struct policy_differences *ret, struct error *error)
{
    const struct policy *before;
    if (service_policy_get(call, text_of(id), &before, error) < 0 ||
        policy_diff(call->arena, before, draft->policy, ret, error) < 0)
        return -1;
    draft->harms_buyer = draft->harms_buyer || ret->harms_buyer;
    return 0;
}

int service_draft_compare(struct service_call *call, struct service_draft *draft, struct error *error)
{
    const struct policy *policy = draft->policy;
    struct service_line *line = &draft->line;
    struct policy_differences announced;
    if (service_line_load(call, draft->owner, text_of(policy_name(policy)),
                          text_of(policy_goods_word(policy_goods(policy))), line, error) < 0)
        return -1;
    const struct service_version *current = line->has_latest        ? &line->latest
                                            : line->announced_count ? &line->announced[0]
                                                                    : NULL;
    if (current) {
        memcpy(draft->current_id, current->id, ID_BYTES);
        if (harm_find(call, draft, current->id, &draft->differences, error) < 0 ||
            service_policy_get(call, text_of(current->id), &draft->current, error) < 0)
            return -1;
    }
    /* What was announced is what buyers count on: taking it back harms them as much as a change of what is in force. */
    for (int i = 0; i < line->announced_count; i++)
        if (&line->announced[i] != current && harm_find(call, draft, line->announced[i].id, &announced, error) < 0)
            return -1;
    service_notice_period(policy, line->last_number == 0, draft->harms_buyer, call->now_us, &draft->notice);
    return 0;
}

void service_draft_difference_write(struct json_writer *writer, const struct service_draft *draft)
{
    if (draft->current)
        policy_difference_report(writer, draft->current, draft->policy, &draft->differences);
    else
        json_add_null(writer);
}
