/* SPDX-License-Identifier: Apache-2.0 */
/* What the platform's people do outside a claim leaves a leaf of its own, in the chain of the party or payment that it touches. */
#include <assert.h>

#include "base/error.h"
#include "base/json.h"
#include "service/internal.h"

static void member_if_given(struct json_writer *writer, const char *key, struct text value)
{
    if (value.length)
        json_member_text(writer, key, value);
}

int service_operator_log(struct service_call *call, const struct service_operator_action *in, struct error *error)
{
    assert(in->action && in->subject.length);
    struct buffer item;
    struct json_writer writer;
    buffer_init(&item, 16 * 1024);
    json_writer_init(&writer, &item);
    json_object_begin(&writer);
    json_member_string(&writer, "action", in->action);
    if (in->amount)
        json_member_integer(&writer, "amount", in->amount);
    member_if_given(&writer, "currency", in->currency);
    member_if_given(&writer, "name", in->name);
    member_if_given(&writer, "reference", in->reference);
    member_if_given(&writer, "role", in->role);
    json_member_text(&writer, "subject", in->subject);
    json_object_end(&writer);
    json_writer_done(&writer);
    struct service_leaf leaf = {
        .subject = in->subject, .kind = EVIDENCE_KIND_OPERATOR_ACTION, .item = buffer_text(&item)};
    int result = buffer_check(&item, error) < 0 ? -1 : service_log_append(call, &leaf, NULL, error);
    buffer_done(&item);
    return result;
}
