/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading back a certificate that we wrote. It is canonical JSON without escapes in anything that counts here, and its hash stands in the
 * decision's row, so it is walked in place: a simulation reads a hundred thousand of them. Bytes that are anything else are refused.
 */
#include "service/claims/past.h"

#include <string.h>

#include "base/money.h"

/* ---- walking canonical JSON ---- */

/* The offset behind the value that begins at `at`, or 0 when it does not end. */
static size_t value_end(struct text json, size_t at)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = at; i < json.length; i++) {
        char c = json.data[i];
        if (in_string) {
            i += c == '\\';
            in_string = c != '"';
            if (in_string || depth > 0)
                continue;
            return i + 1;
        }
        in_string = c == '"';
        if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']') {
            if (depth == 0)
                return i;
            if (--depth == 0)
                return i + 1;
        } else if (c == ',' && depth == 0)
            return i;
    }
    return 0;
}

/* The next value of an object or array from *cursor on (1 at first). False at the end or where the text is broken. */
static bool value_next(struct text json, size_t *cursor, struct text *ret)
{
    size_t end = *cursor < json.length ? value_end(json, *cursor) : 0;
    if (end <= *cursor)
        return false;
    *ret = (struct text){json.data + *cursor, end - *cursor};
    *cursor = end + 1; /* the comma, colon or bracket */
    return true;
}

static struct text unquoted(struct text value)
{
    bool quoted = value.length >= 2 && value.data[0] == '"';
    return quoted ? (struct text){value.data + 1, value.length - 2} : value;
}

static bool member_next(struct text object, size_t *cursor, struct text *ret_name, struct text *ret_value)
{
    if (object.length < 2 || object.data[0] != '{' || !value_next(object, cursor, ret_name))
        return false;
    *ret_name = unquoted(*ret_name);
    return value_next(object, cursor, ret_value);
}

/* The empty text when there is none of that name. */
static struct text member_find(struct text object, const char *wanted)
{
    struct text name, value;
    for (size_t cursor = 1; member_next(object, &cursor, &name, &value);)
        if (text_is(name, wanted))
            return value;
    return (struct text){NULL, 0};
}

static bool is_null(struct text value)
{
    return text_is(value, "null");
}

/* ---- the parts ---- */

static bool fact_read(struct text object, struct policy_facts *facts, uint64_t *listed)
{
    struct text word = member_find(object, "value");
    int fact = fact_find(unquoted(member_find(object, "name")));
    if (fact < 0 || !word.length)
        return false;
    *listed |= UINT64_C(1) << fact;
    if (is_null(word))
        return true;
    int who = fact_source_find(unquoted(member_find(object, "source")));
    return who >= 0 &&
           policy_facts_set_word(facts, (enum fact)fact, unquoted(word), (enum fact_source)who, -1, NULL) == 0;
}

static bool facts_read(struct text array, struct policy_facts *facts, uint64_t *listed)
{
    struct text item;
    if (array.length < 2 || array.data[0] != '[')
        return false;
    for (size_t cursor = 1; value_next(array, &cursor, &item);)
        if (!fact_read(item, facts, listed))
            return false;
    return true;
}

static bool record(struct policy_facts *facts, enum fact fact, struct text number, uint64_t *listed)
{
    *listed |= UINT64_C(1) << fact;
    return is_null(number) || policy_facts_set_word(facts, fact, number, FACT_SOURCE_RECORD, -1, NULL) == 0;
}

static bool amount_read(struct text object, struct policy_facts *facts, struct service_certificate *ret)
{
    struct text name, value;
    bool good = true;
    for (size_t cursor = 1; good && member_next(object, &cursor, &name, &value);) {
        if (text_is(name, "currency")) {
            good = currency_check(unquoted(value), NULL) == 0;
            if (good)
                memcpy(facts->currency, unquoted(value).data, 3);
        } else if (text_is(name, "earlier_refunds")) {
            good = record(facts, FACT_EARLIER_REFUNDS, value, &ret->listed);
        } else if (text_is(name, "paid")) {
            good = record(facts, FACT_AMOUNT, value, &ret->listed);
        } else if (text_is(name, "refund")) {
            good = text_to_int64(value, &ret->refund, NULL) == 0;
        }
    }
    return good;
}

bool service_certificate_read(struct text certificate, const uint8_t sha256[static HASH_BYTES],
                              struct policy_facts *facts, struct service_certificate *ret)
{
    uint8_t hash[HASH_BYTES];
    struct text name, value;
    bool good = true, has_facts = false, has_amount = false;
    *ret = (struct service_certificate){.refund = 0};
    policy_facts_init(facts);
    hash_sha256(certificate.data, certificate.length, hash);
    if (!hash_equal(hash, sha256, HASH_BYTES))
        return false;
    size_t cursor = 1;
    while (good && member_next(certificate, &cursor, &name, &value)) {
        if (text_is(name, "amount"))
            good = has_amount = amount_read(value, facts, ret);
        else if (text_is(name, "decided_at"))
            good = text_to_int64(value, &facts->decided_at_s, NULL) == 0;
        else if (text_is(name, "disposition"))
            ret->disposition = unquoted(value);
        else if (text_is(name, "facts"))
            good = has_facts = facts_read(value, facts, &ret->listed);
        else if (text_is(name, "governing"))
            ret->governing = is_null(value) ? (struct text){NULL, 0} : unquoted(value);
        else if (text_is(name, "outcome"))
            ret->outcome = unquoted(value);
        else if (text_is(name, "policy"))
            ret->policy_sha256 = unquoted(member_find(value, "sha256"));
    }
    bool whole = cursor == certificate.length && certificate.data[certificate.length - 1] == '}';
    return good && whole && has_facts && has_amount && ret->disposition.length && ret->outcome.length;
}
