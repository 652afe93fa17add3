/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Importing cards. Everything that is to be kept secret stays inside this file and reveal.c: the plain text of a card exists
 * only in the arena of one call. The stock_import leaf commits to each card by a salted hash, so that nobody, the platform
 * included, can exchange a card after it was offered.
 */
#include "service/shop/stock.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "market/market.h"
#include "service/internal.h"

static const struct market_word verdict_words[] = {
#define CARD_VERDICT(name, wire, en, zh) [SERVICE_CARD_##name] = {wire, en, zh},
#include "service/shop/card_verdicts.def"
#undef CARD_VERDICT
};

const struct market_word *service_card_verdict_word(enum service_card_verdict verdict)
{
    assert((size_t)verdict < SERVICE_CARD_VERDICT_COUNT);
    return &verdict_words[verdict];
}

void service_card_fingerprint(const struct service *service, struct text normalised, uint8_t ret[static HASH_BYTES])
{
    const struct text parts[] = {TEXT_LITERAL("card\n"), normalised};
    hash_hmac_sha256(service->keys.pepper, sizeof service->keys.pepper, parts, 2, ret);
}

/* Without white space at both ends: what is sealed and shown. */
static struct text card_trim(struct text secret)
{
    while (secret.length && strchr(" \t\r\n", secret.data[0]) && secret.data[0]) {
        secret.data++;
        secret.length--;
    }
    while (secret.length && secret.data[secret.length - 1] && strchr(" \t\r\n", secret.data[secret.length - 1]))
        secret.length--;
    return secret;
}

struct text service_card_normalise(struct arena *arena, struct text secret, enum service_card_verdict *ret_verdict)
{
    struct text none = {NULL, 0}, trimmed = card_trim(secret);
    struct error error;
    size_t length = 0;
    char *out = arena_alloc(arena, LIMIT_CARD_BYTES);
    *ret_verdict = SERVICE_CARD_ACCEPTED;
    if (trimmed.length == 0)
        *ret_verdict = SERVICE_CARD_EMPTY;
    else if (market_card_normalise(trimmed, out, &length, &error) < 0)
        *ret_verdict = error.code == ERROR_FIELD_TOO_LONG ? SERVICE_CARD_TOO_LONG : SERVICE_CARD_BAD_TEXT;
    return *ret_verdict == SERVICE_CARD_ACCEPTED ? (struct text){out, length} : none;
}

/* ---- data keys ---- */

static struct text data_key_associated(struct service_call *call, struct text merchant_id)
{
    return text_of(arena_printf(call->arena, "data_key:%.*s", TEXT_ARG(merchant_id)));
}

static int data_key_unwrap(struct service_call *call, struct text wrapped, struct text merchant_id,
                           uint8_t ret[static SEAL_KEY_BYTES], struct error *error)
{
    if (wrapped.length != SEAL_KEY_BYTES + SEAL_OVERHEAD_BYTES ||
        seal_open(call->service->keys.master, wrapped, data_key_associated(call, merchant_id), ret) < 0) {
        error_set(error, ERROR_CARD_SEAL, "a merchant's data key could not be opened");
        return error_hint(error, "the master key or the database was exchanged: restore both from the same backup");
    }
    return 0;
}

static int data_key_make(struct service_call *call, struct text merchant_id, uint8_t ret[static SEAL_KEY_BYTES],
                         int64_t *ret_id, struct error *error)
{
    uint8_t nonce[SEAL_NONCE_BYTES], wrapped[SEAL_KEY_BYTES + SEAL_OVERHEAD_BYTES];
    struct random *random = call->service->random;
    random->fill(random, ret, SEAL_KEY_BYTES);
    random->fill(random, nonce, sizeof nonce);
    struct text plain = {(const char *)ret, SEAL_KEY_BYTES};
    seal_make(call->service->keys.master, plain, data_key_associated(call, merchant_id), nonce, wrapped);
    struct query *query = store_query(call->tx, QUERY_DATA_KEY_ADD);
    query_bind_text(query, 1, merchant_id);
    query_bind_blob(query, 2, wrapped, sizeof wrapped);
    query_bind_int(query, 3, call->now_us);
    if (query_run(query, error) < 0)
        return -1;
    *ret_id = store_last_rowid(call->tx);
    return 0;
}

/* The merchant's data key; made when it has none yet. */
static int data_key_get(struct service_call *call, struct text merchant_id, uint8_t ret[static SEAL_KEY_BYTES],
                        int64_t *ret_id, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_DATA_KEY_OF);
    query_bind_text(query, 1, merchant_id);
    int step = query_step(query, error);
    if (step == 1) {
        *ret_id = query_int(query, 0);
        if (data_key_unwrap(call, query_blob(query, 1), merchant_id, ret, error) < 0)
            step = -1;
    }
    query_end(query);
    if (step != 0)
        return step < 0 ? -1 : 0;
    return data_key_make(call, merchant_id, ret, ret_id, error);
}

/* What a sealed card is bound to: moving its bytes to another row makes it unreadable. */
static struct text card_associated(struct service_call *call, struct text card_id, struct text merchant_id,
                                   struct text product_id)
{
    return text_of(arena_printf(call->arena, "card|%.*s|%.*s|%.*s", TEXT_ARG(card_id), TEXT_ARG(merchant_id),
                                TEXT_ARG(product_id)));
}

int service_card_open(struct service_call *call, int64_t data_key_id, struct text card_id, struct text merchant_id,
                      struct text product_id, struct text sealed, struct text *ret_secret, struct error *error)
{
    uint8_t key[SEAL_KEY_BYTES];
    struct query *query = store_query(call->tx, QUERY_DATA_KEY_GET);
    query_bind_int(query, 1, data_key_id);
    int step = query_step(query, error);
    int opened = step == 1 ? data_key_unwrap(call, query_blob(query, 0), merchant_id, key, error) : -1;
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_CARD_SEAL, "the data key of a card is missing");
    if (opened < 0)
        return -1;
    if (sealed.length <= SEAL_OVERHEAD_BYTES || sealed.length > LIMIT_CARD_BYTES + SEAL_OVERHEAD_BYTES) {
        secret_wipe(key, sizeof key);
        return error_set(error, ERROR_CARD_SEAL, "a sealed card has an impossible length");
    }
    size_t length = sealed.length - SEAL_OVERHEAD_BYTES;
    char *secret = arena_alloc(call->arena, length + 1);
    opened = seal_open(key, sealed, card_associated(call, card_id, merchant_id, product_id), (uint8_t *)secret);
    secret_wipe(key, sizeof key);
    if (opened < 0) {
        error_set(error, ERROR_CARD_SEAL, "a sealed card does not open in its place");
        return error_hint(error, "its bytes were changed or moved; restore the row from a backup");
    }
    *ret_secret = (struct text){secret, length};
    return 0;
}

/* ---- judging ---- */

struct import {
    struct service_call *call;
    const struct service_stock_import *in;
    char merchant_id[ID_BYTES];
    enum service_card_verdict *verdicts;
    uint8_t (*fingerprints)[HASH_BYTES];
    int64_t *firsts; /* of a duplicate in the request: where it stood before; -1 otherwise */
    struct service_batch_joined batch;
    uint32_t *slots; /* open addressing over fingerprints: position + 1, 0 is free */
    size_t slot_count;
    size_t accepted;
};

/* Puts a position into the table; returns false, and fills firsts, when an earlier one has the same fingerprint. */
static bool remember(struct import *import, size_t position)
{
    uint32_t hash;
    memcpy(&hash, import->fingerprints[position], sizeof hash); /* a keyed hash: nobody can choose collisions */
    for (size_t slot = hash % import->slot_count;; slot = (slot + 1) % import->slot_count) {
        if (import->slots[slot] == 0) {
            import->slots[slot] = (uint32_t)position + 1;
            return true;
        }
        if (memcmp(import->fingerprints[import->slots[slot] - 1], import->fingerprints[position], HASH_BYTES) != 0)
            continue;
        import->firsts[position] = (int64_t)import->slots[slot] - 1;
        return false;
    }
}

static int judge_known(struct import *import, size_t position, struct error *error)
{
    struct query *query = store_query(import->call->tx, QUERY_CARD_BY_FINGERPRINT);
    query_bind_blob(query, 1, import->fingerprints[position], HASH_BYTES);
    int step = query_step(query, error);
    bool own = step == 1 && text_is(query_text(query, 1), import->merchant_id);
    bool in_stock = step == 1 && (text_is(query_text(query, 2), "stock") || text_is(query_text(query, 2), "reserved"));
    if (step == 1)
        import->verdicts[position] = !own       ? SERVICE_CARD_DUPLICATE_ELSEWHERE
                                     : in_stock ? SERVICE_CARD_DUPLICATE_OWN
                                                : SERVICE_CARD_DUPLICATE_SOLD;
    query_end(query);
    return step < 0 ? -1 : 0;
}

static int judge(struct import *import, size_t position, struct error *error)
{
    enum service_card_verdict *verdict = &import->verdicts[position];
    struct text normalised = service_card_normalise(import->call->arena, import->in->cards[position], verdict);
    if (*verdict != SERVICE_CARD_ACCEPTED)
        return 0;
    service_card_fingerprint(import->call->service, normalised, import->fingerprints[position]);
    if (!remember(import, position))
        *verdict = SERVICE_CARD_DUPLICATE_IN_REQUEST;
    else if (judge_known(import, position, error) < 0)
        return -1;
    if (*verdict == SERVICE_CARD_ACCEPTED)
        import->accepted++;
    return 0;
}

static void import_init(struct import *import, struct service_call *call, const struct service_stock_import *in)
{
    *import = (struct import){.call = call, .in = in, .slot_count = in->count * 2 + 1};
    import->verdicts = arena_new_array(call->arena, enum service_card_verdict, in->count);
    import->firsts = arena_new_array(call->arena, int64_t, in->count);
    for (size_t i = 0; i < in->count; i++)
        import->firsts[i] = -1;
    import->fingerprints = arena_alloc_array(call->arena, in->count, HASH_BYTES);
    import->slots = arena_new_array(call->arena, uint32_t, import->slot_count);
}

/* ---- writing ---- */

static int card_add(struct import *import, size_t position, const uint8_t key[static SEAL_KEY_BYTES], int64_t key_id,
                    int64_t leaf_index, struct json_writer *item, struct error *error)
{
    struct service_call *call = import->call;
    struct random *random = call->service->random;
    struct text secret = card_trim(import->in->cards[position]);
    char id[ID_BYTES];
    uint8_t nonce[SEAL_NONCE_BYTES], salt[EVIDENCE_SALT_BYTES], commitment[HASH_BYTES];
    uint8_t sealed[LIMIT_CARD_BYTES + SEAL_OVERHEAD_BYTES];
    id_make(id, "crd_", call->now_us, random);
    random->fill(random, nonce, sizeof nonce);
    random->fill(random, salt, sizeof salt);
    struct text merchant = text_of(import->merchant_id);
    seal_make(key, secret, card_associated(call, text_of(id), merchant, import->in->product_id), nonce, sealed);
    evidence_commitment(salt, secret, commitment);
    json_object_begin(item);
    json_member_string(item, "card", id);
    json_member_hex(item, "commitment", commitment, sizeof commitment);
    json_object_end(item);
    struct query *query = store_query(call->tx, QUERY_CARD_ADD);
    query_bind_string(query, 1, id);
    query_bind_text(query, 2, import->in->product_id);
    query_bind_text(query, 3, merchant);
    query_bind_blob(query, 4, import->fingerprints[position], HASH_BYTES);
    query_bind_int(query, 5, key_id);
    query_bind_blob(query, 6, sealed, secret.length + SEAL_OVERHEAD_BYTES);
    query_bind_blob(query, 7, salt, sizeof salt);
    query_bind_int(query, 8, leaf_index);
    query_bind_int(query, 9, import->batch.is_frozen);
    return query_run(query, error);
}

static int cards_write(struct import *import, struct buffer *item, int64_t leaf_index, struct error *error)
{
    struct json_writer writer;
    uint8_t key[SEAL_KEY_BYTES];
    int64_t key_id = 0;
    if (data_key_get(import->call, text_of(import->merchant_id), key, &key_id, error) < 0)
        return -1;
    int result = 0;
    json_writer_init(&writer, item);
    json_object_begin(&writer);
    json_key(&writer, "cards");
    json_array_begin(&writer);
    for (size_t i = 0; i < import->in->count && result == 0; i++)
        if (import->verdicts[i] == SERVICE_CARD_ACCEPTED)
            result = card_add(import, i, key, key_id, leaf_index, &writer, error);
    json_array_end(&writer);
    json_member_text(&writer, "product", import->in->product_id);
    json_member_string(&writer, "merchant", import->merchant_id);
    json_member_string(&writer, "format", "shuntui-stock-import-1");
    json_object_end(&writer);
    json_writer_done(&writer);
    secret_wipe(key, sizeof key);
    return result;
}

static int import_write(struct import *import, int64_t *ret_leaf, struct error *error)
{
    struct buffer item;
    buffer_init(&item, LIMIT_REQUEST_BODY_BYTES);
    /* The writer appends leaves one by one, so the next index is known before the item that names the cards is whole. */
    int64_t index = (int64_t)import->call->service->log.range.size;
    int result = cards_write(import, &item, index, error);
    if (result == 0)
        result = buffer_check(&item, error);
    if (result == 0) {
        struct service_leaf leaf = {.subject = import->in->product_id,
                                    .kind = EVIDENCE_KIND_STOCK_IMPORT,
                                    .item = buffer_text(&item),
                                    .source = "merchant"};
        result = service_log_append(import->call, &leaf, ret_leaf, error);
        assert(result < 0 || *ret_leaf == index);
    }
    if (result == 0)
        result = service_batch_import_add(import->call, import->batch.id, index, error);
    buffer_done(&item);
    return result;
}

/* The product must be the caller's and take cards. */
static int import_product(struct import *import, struct error *error)
{
    struct service_call *call = import->call;
    struct query *query = store_query(call->tx, QUERY_PRODUCT_OWNER);
    query_bind_text(query, 1, import->in->product_id);
    int step = query_step(query, error);
    bool is_cards = step == 1 && text_is(query_text(query, 1), "card_key");
    if (step == 1)
        service_id_copy(import->merchant_id, query_text(query, 0));
    query_end(query);
    if (step < 0)
        return -1;
    bool own = step == 1 &&
               (call->actor.role == ROLE_SYSTEM ||
                (call->actor.role == ROLE_MERCHANT && text_is(text_of(import->merchant_id), call->actor.party_id)));
    if (!own)
        return error_set(error, ERROR_NOT_FOUND, "there is no such product among yours");
    if (!is_cards) {
        error_set(error, ERROR_PRODUCT_KIND, "this product is a service: it has no card stock");
        return error_hint(error, "import cards into a product of kind card_key");
    }
    return 0;
}

int service_stock_add(struct service_call *call, const struct service_stock_import *in,
                      struct service_stock_imported *ret, struct error *error)
{
    assert(call && in && ret);
    if (in->count == 0 || in->count > LIMIT_IMPORT_CARDS) {
        error_set(error, ERROR_FIELD_RANGE, "an import has 1 to %d cards", LIMIT_IMPORT_CARDS);
        error_at(error, "/cards");
        return error_hint(error, "split it into several requests");
    }
    struct import import;
    import_init(&import, call, in);
    if (import_product(&import, error) < 0)
        return -1;
    for (size_t i = 0; i < in->count; i++)
        if (judge(&import, i, error) < 0)
            return -1;
    int64_t leaf_index = -1;
    bool writes = !in->dry_run && import.accepted > 0;
    if (writes &&
        (service_batch_join(call, in->product_id, text_of(import.merchant_id), &in->batch, &import.batch, error) < 0 ||
         import_write(&import, &leaf_index, error) < 0))
        return -1;
    *ret = (struct service_stock_imported){.verdicts = import.verdicts,
                                           .firsts = import.firsts,
                                           .count = in->count,
                                           .accepted = import.accepted,
                                           .leaf_index = leaf_index,
                                           .batch = import.batch};
    return 0;
}
