/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Standard Webhooks signatures. Every signature of a callback is compared with every secret, and the answer is given
 * at the end, so that timing tells nothing about which one was nearly right.
 */
#include "pay/webhook.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"

#define SIGNATURES_MAX 8 /* a rotation shows two; more is not a rotation */

int pay_webhook_secret_check(struct text secret, struct error *error)
{
    bool varied = false;
    for (size_t i = 1; i < secret.length; i++)
        varied |= secret.data[i] != secret.data[0];
    if (secret.length >= PAY_SECRET_BYTES_MIN && varied)
        return 0;
    error_set(error, ERROR_PAY_SECRET, "the payment secret is empty, shorter than %d bytes, or one repeated byte",
              PAY_SECRET_BYTES_MIN);
    return error_hint(error, "32 bytes from the system's random generator are right");
}

static void webhook_mac(struct text secret, struct text id, int64_t timestamp_s, struct text body,
                        uint8_t out[static HASH_BYTES])
{
    char timestamp[24];
    snprintf(timestamp, sizeof timestamp, "%lld", (long long)timestamp_s);
    const struct text parts[] = {id, TEXT_LITERAL("."), text_of(timestamp), TEXT_LITERAL("."), body};
    hash_hmac_sha256(secret.data, secret.length, parts, sizeof parts / sizeof parts[0], out);
}

void pay_webhook_sign(struct text secret, const char *id, int64_t timestamp_s, struct text body,
                      char out[static PAY_WEBHOOK_SIGNATURE_BYTES])
{
    assert(pay_webhook_secret_check(secret, NULL) == 0);
    uint8_t mac[HASH_BYTES];
    struct buffer encoded;
    webhook_mac(secret, text_of(id), timestamp_s, body, mac);
    buffer_init(&encoded, 64);
    buffer_add_base64(&encoded, mac, sizeof mac);
    snprintf(out, PAY_WEBHOOK_SIGNATURE_BYTES, "v1,%s", encoded.data);
    buffer_done(&encoded);
}

static bool name_is(struct text name, const char *wanted)
{
    return name.length == strlen(wanted) && strncasecmp(name.data, wanted, name.length) == 0;
}

static int header_get(const struct pay_callback *callback, const char *name, struct text *ret, struct error *error)
{
    const struct pay_header *found = NULL;
    for (size_t i = 0; i < callback->header_count; i++) {
        if (!name_is(callback->headers[i].name, name))
            continue;
        if (found) {
            error_set(error, ERROR_PAY_CALLBACK_MALFORMED, "the header %s occurs twice", name);
            return error_at(error, "header %s", name);
        }
        found = &callback->headers[i];
    }
    if (!found || found->value.length == 0 || found->value.length > 512) {
        error_set(error, ERROR_PAY_CALLBACK_MALFORMED, "the header %s is missing, empty or too long", name);
        return error_at(error, "header %s", name);
    }
    *ret = found->value;
    return 0;
}

/* A full stop would let one signed text be read as two different triples of id, timestamp and body. */
static int id_check(struct text id, struct error *error)
{
    bool good = id.length < PAY_NUMBER_BYTES;
    for (size_t i = 0; good && i < id.length; i++)
        good = id.data[i] > ' ' && id.data[i] < 0x7f && id.data[i] != '.';
    if (good)
        return 0;
    error_set(error, ERROR_PAY_CALLBACK_MALFORMED, "webhook-id is malformed");
    return error_at(error, "header webhook-id");
}

static int timestamp_check(struct text value, int64_t now_us, int64_t *ret, struct error *error)
{
    int64_t timestamp_s, now_s = now_us / TIME_SECOND_US;
    if (text_to_int64(value, &timestamp_s, NULL) < 0) {
        error_set(error, ERROR_PAY_CALLBACK_MALFORMED, "webhook-timestamp is not a number of seconds");
        return error_at(error, "header webhook-timestamp");
    }
    if (timestamp_s < now_s - PAY_CALLBACK_TOLERANCE_S || timestamp_s > now_s + PAY_CALLBACK_TOLERANCE_S) {
        error_set(error, ERROR_PAY_TIMESTAMP, "the callback's time is more than %d seconds away from ours",
                  PAY_CALLBACK_TOLERANCE_S);
        error_hint(error, "check both clocks; an old callback may be a replay");
        return error_at(error, "header webhook-timestamp");
    }
    *ret = timestamp_s;
    return 0;
}

/* The next word of *rest, which moves past it. */
static struct text next_word(struct text *rest)
{
    size_t length = 0;
    while (length < rest->length && rest->data[length] != ' ')
        length++;
    struct text word = {rest->data, length};
    size_t used = length < rest->length ? length + 1 : length;
    *rest = (struct text){rest->data + used, rest->length - used};
    return word;
}

static bool signature_matches(struct text word, uint8_t (*macs)[HASH_BYTES], size_t mac_count)
{
    uint8_t given[HASH_BYTES + 3];
    size_t length = 0;
    bool match = false;
    if (!text_starts(word, "v1,"))
        return false; /* another scheme: "v1a," is for asymmetric keys */
    struct text encoded = {word.data + 3, word.length - 3};
    if (base64_decode(encoded, given, sizeof given, &length) < 0 || length != HASH_BYTES)
        return false;
    for (size_t i = 0; i < mac_count; i++)
        match |= hash_equal(given, macs[i], HASH_BYTES);
    return match;
}

int pay_webhook_verify(const struct pay_callback *callback, const struct text *secrets, size_t secret_count,
                       int64_t now_us, struct text *ret_id, struct error *error)
{
    assert(callback && secrets && ret_id);
    assert(secret_count >= 1 && secret_count <= PAY_WEBHOOK_SECRETS_MAX);
    struct text id, timestamp, signatures;
    int64_t timestamp_s;
    uint8_t macs[PAY_WEBHOOK_SECRETS_MAX][HASH_BYTES];
    bool match = false;
    if (header_get(callback, "webhook-id", &id, error) < 0 || id_check(id, error) < 0 ||
        header_get(callback, "webhook-timestamp", &timestamp, error) < 0 ||
        header_get(callback, "webhook-signature", &signatures, error) < 0 ||
        timestamp_check(timestamp, now_us, &timestamp_s, error) < 0)
        return -1;
    for (size_t i = 0; i < secret_count; i++) {
        if (pay_webhook_secret_check(secrets[i], error) < 0)
            return -1;
        webhook_mac(secrets[i], id, timestamp_s, callback->body, macs[i]);
    }
    for (int i = 0; i < SIGNATURES_MAX && signatures.length; i++)
        match |= signature_matches(next_word(&signatures), macs, secret_count);
    if (!match) {
        error_set(error, ERROR_PAY_SIGNATURE, "no signature of the callback is right");
        return error_at(error, "header webhook-signature");
    }
    *ret_id = id;
    return 0;
}
