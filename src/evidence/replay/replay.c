/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision checker: takes the inputs out of a certificate, decides again, writes the certificate that should have
 * come out, and compares. Equal bytes are the only agreement; the walk over the members only finds words for the first
 * difference.
 */
#include "evidence/replay/replay.h"

#include <assert.h>

#include "evidence/replay/model.h"

static int policy_compare(struct arena *arena, const struct json *root, const struct replay_policy *policy,
                          struct evidence_difference *ret)
{
    const struct json *named = json_find(root, "policy");
    const struct json *sha256 = named && json_kind(named) == JSON_OBJECT ? json_find(named, "sha256") : NULL;
    if (sha256 && json_kind(sha256) == JSON_STRING && text_is(json_string(sha256), policy->sha256_hex))
        return 0;
    return replay_differs(ret, TEXT_LITERAL("/policy/sha256"), replay_value_shown(arena, sha256),
                          arena_printf(arena, "but this policy is %.12s...", policy->sha256_hex),
                          arena_printf(arena, "而该规则为 %.12s...", policy->sha256_hex));
}

static int bytes_compare(struct arena *arena, struct text certificate, const struct json *root, struct text expected,
                         struct evidence_difference *ret, struct error *error)
{
    struct json *should_be = NULL;
    if (text_equal(certificate, expected))
        return 0;
    if (json_parse(expected, EVIDENCE_CERTIFICATE_BYTES_MAX, &should_be, error))
        return -1;
    int result = replay_difference_find(arena, root, should_be, ret);
    json_free(should_be);
    return result;
}

static int document_replay(struct arena *arena, struct text certificate, const struct json *root,
                           struct replay_policy *policy, struct evidence_difference *ret, struct error *error)
{
    struct replay_inputs inputs;
    struct replay_decision decision;
    if (policy_compare(arena, root, policy, ret) || replay_inputs_read(arena, root, policy, &inputs, ret))
        return 1;
    replay_decide(policy, &inputs, &decision);
    struct buffer expected;
    struct json_writer writer;
    buffer_init(&expected, EVIDENCE_CERTIFICATE_BYTES_MAX);
    json_writer_init(&writer, &expected);
    replay_certificate_write(&writer, policy, &inputs, &decision);
    json_writer_done(&writer);
    int result = buffer_check(&expected, error);
    if (result == 0)
        result = bytes_compare(arena, certificate, root, buffer_text(&expected), ret, error);
    buffer_done(&expected);
    return result;
}

int evidence_replay(struct text certificate, struct text policy_source, struct evidence_difference *ret,
                    struct error *error)
{
    assert(ret);
    struct json *root = NULL;
    struct replay_policy *policy = NULL;
    struct arena *arena = arena_new(REPLAY_ARENA_BYTES);
    replay_words_set(ret, "", "");
    int result = replay_policy_read(arena, policy_source, &policy, error);
    if (result == 0)
        result = json_parse(certificate, EVIDENCE_CERTIFICATE_BYTES_MAX, &root, error);
    if (result == 0 && json_kind(root) != JSON_OBJECT)
        result = error_set(error, ERROR_FIELD_TYPE, "the certificate is not a JSON object");
    if (result == 0)
        result = document_replay(arena, certificate, root, policy, ret, error);
    json_free(root);
    arena_free(arena);
    return result;
}
