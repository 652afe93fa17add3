/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Issuing and showing unused certificates. The statement is signed with the log's key, so whoever trusts the log needs no second
 * one. A certificate says what was known when it was issued; whether it still stands (the card was revealed or redeemed
 * later) is looked up, never written over it. It never holds the secret.
 */
#include "service/claims/unused.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "evidence/dsse.h"
#include "service/internal.h"
#include "service/view.h"

#define CODE_BYTES (SERVICE_UNUSED_CODE_LENGTH + 1)
#define SUFFIX_LENGTH 6 /* of the card's id, enough to tell an order's cards apart */
#define ENVELOPE_BYTES 4096
#define AGAIN_US (TIME_DAY_S * TIME_SECOND_US) /* a repeated report or request within a day tells nothing new */

static const struct basis {
    const char *wire, *finding, *leaf_source;
    enum fact_source fact_source;
    const char *en, *zh;
} bases[SERVICE_UNUSED_COUNT] = {
#define UNUSED_BASIS(NAME, WIRE, FINDING, LEAF_SOURCE, FACT_SOURCE, EN, ZH)                                            \
    {WIRE, FINDING, LEAF_SOURCE, FACT_SOURCE, EN, ZH},
#include "service/unused_basis.def"
#undef UNUSED_BASIS
};

static const struct basis *basis_get(struct text wire)
{
    for (size_t i = 0; i < SERVICE_UNUSED_COUNT; i++)
        if (text_is(wire, bases[i].wire))
            return &bases[i];
    assert(!"a basis that the schema does not know");
    return NULL;
}

struct certificate {
    struct text order_id, card_id;
    enum service_unused_basis basis;
    int64_t as_of_us;
    char code[CODE_BYTES];
};

/* ---- the code ---- */

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void code_make(struct random *random, char ret[static CODE_BYTES])
{
    uint8_t bytes[SERVICE_UNUSED_CODE_LENGTH];
    random->fill(random, bytes, sizeof bytes);
    for (int i = 0; i < SERVICE_UNUSED_CODE_LENGTH; i++)
        ret[i] = crockford[bytes[i] & 31];
    ret[SERVICE_UNUSED_CODE_LENGTH] = 0;
}

static char code_digit(char typed)
{
    char upper = typed >= 'a' && typed <= 'z' ? (char)(typed - 'a' + 'A') : typed;
    if (upper == 'O')
        return '0';
    return upper == 'I' || upper == 'L' ? '1' : upper;
}

/* As people type it: in groups, in lower case, with the letters that Crockford leaves out. */
static bool code_read(struct text typed, char ret[static CODE_BYTES])
{
    size_t length = 0;
    for (size_t i = 0; i < typed.length; i++) {
        if (typed.data[i] == '-')
            continue;
        if (length == SERVICE_UNUSED_CODE_LENGTH)
            return false;
        ret[length++] = code_digit(typed.data[i]);
    }
    ret[length] = 0;
    return length == SERVICE_UNUSED_CODE_LENGTH;
}

/* ---- issuing ---- */

static void statement_write(const struct service_call *call, const struct certificate *certificate, struct buffer *out)
{
    struct json_writer writer;
    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_member_string(&writer, "basis", bases[certificate->basis].wire);
    json_member_text(&writer, "card", certificate->card_id);
    json_member_string(&writer, "code", certificate->code);
    json_member_string(&writer, "finding", bases[certificate->basis].finding);
    json_member_time(&writer, "issued_at", call->now_us);
    json_member_string(&writer, "log", call->service->log_key.name);
    json_member_text(&writer, "order", certificate->order_id);
    json_member_time(&writer, "time", certificate->as_of_us);
    json_member_integer(&writer, "v", 1);
    json_object_end(&writer);
    json_writer_done(&writer);
}

static int leaf_append(struct service_call *call, const struct certificate *certificate, int64_t *ret_leaf,
                       struct error *error)
{
    struct buffer statement, envelope;
    buffer_init(&statement, ENVELOPE_BYTES / 2);
    buffer_init(&envelope, ENVELOPE_BYTES);
    statement_write(call, certificate, &statement);
    int result = buffer_check(&statement, error);
    if (result == 0) {
        evidence_dsse_sign(text_of(EVIDENCE_UNUSED_CERT_TYPE), buffer_text(&statement), &call->service->log_key,
                           call->service->keys.log_secret, &envelope);
        result = buffer_check(&envelope, error);
    }
    struct service_leaf leaf = {.subject = certificate->order_id,
                                .kind = EVIDENCE_KIND_UNUSED_CERT,
                                .media_type = EVIDENCE_DSSE_MEDIA_TYPE,
                                .item = buffer_text(&envelope),
                                .event_us = certificate->as_of_us,
                                .source = bases[certificate->basis].leaf_source};
    if (result == 0)
        result = service_log_append(call, &leaf, ret_leaf, error);
    buffer_done(&envelope);
    buffer_done(&statement);
    return result;
}

static int certificate_issue(struct service_call *call, struct certificate *certificate, struct error *error)
{
    int64_t leaf;
    code_make(call->service->random, certificate->code);
    if (leaf_append(call, certificate, &leaf, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_UNUSED_ADD);
    query_bind_string(query, 1, certificate->code);
    query_bind_text(query, 2, certificate->card_id);
    query_bind_text(query, 3, certificate->order_id);
    query_bind_string(query, 4, bases[certificate->basis].wire);
    query_bind_int(query, 5, certificate->as_of_us);
    query_bind_int(query, 6, leaf);
    query_bind_int(query, 7, call->now_us);
    return query_run(query, error);
}

/* Unless one of the same kind was issued since the reveal and within the day before. */
static int certificate_issue_once(struct service_call *call, struct certificate *certificate, int64_t revealed_us,
                                  struct error *error)
{
    int64_t since_us = certificate->as_of_us - AGAIN_US;
    struct query *query = store_query(call->tx, QUERY_UNUSED_RECENT);
    query_bind_text(query, 1, certificate->order_id);
    query_bind_text(query, 2, certificate->card_id);
    query_bind_string(query, 3, bases[certificate->basis].wire);
    query_bind_int(query, 4, since_us > revealed_us ? since_us : revealed_us);
    int step = query_step(query, error);
    query_end(query);
    if (step != 0)
        return step < 0 ? -1 : 0;
    return certificate_issue(call, certificate, error);
}

/* ---- which cards ---- */

struct card {
    struct text id;
    bool held;           /* an order has it: sealed, revealed, or revoked after a refund */
    int64_t revealed_at; /* 0: never */
    bool redeemed;
};

static int cards_load(struct service_call *call, struct text order_id, struct card **ret, size_t *ret_count,
                      struct error *error)
{
    struct card *cards = arena_new_array(call->arena, struct card, LIMIT_ORDER_QUANTITY);
    size_t count = 0;
    struct query *query = store_query(call->tx, QUERY_UNUSED_CARDS);
    query_bind_text(query, 1, order_id);
    int step = 0;
    while (count < LIMIT_ORDER_QUANTITY && (step = query_step(query, error)) == 1) {
        struct text state = query_text(query, 1);
        cards[count++] =
            (struct card){.id = arena_copy_text(call->arena, query_text(query, 0)),
                          .held = text_is(state, "sealed") || text_is(state, "revealed") || text_is(state, "revoked"),
                          .revealed_at = query_int(query, 2),
                          .redeemed = !query_is_null(query, 3)};
    }
    query_end(query);
    *ret = cards;
    *ret_count = count;
    return step < 0 ? -1 : 0;
}

int service_unused_report(struct service_call *call, struct text order_id, struct text card_id,
                          enum service_unused_basis basis, int64_t as_of_us, struct error *error)
{
    assert(order_id.length > 0 && card_id.length > 0);
    struct card *cards;
    size_t count;
    if (cards_load(call, order_id, &cards, &count, error) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(cards[i].id, card_id) || !cards[i].held || cards[i].redeemed || as_of_us < cards[i].revealed_at)
            continue;
        struct certificate certificate = {
            .order_id = order_id, .card_id = card_id, .basis = basis, .as_of_us = as_of_us};
        return certificate_issue_once(call, &certificate, cards[i].revealed_at, error);
    }
    return 0;
}

/* How many cards the claim is about; 0: it does not say, so all. */
static int affected_get(struct service_call *call, const char *claim_id, int64_t *ret, struct error *error)
{
    *ret = 0;
    struct query *query = store_query(call->tx, QUERY_CLAIM_FACTS);
    query_bind_string(query, 1, claim_id);
    int step;
    while ((step = query_step(query, error)) == 1)
        if (text_is(query_text(query, 0), "affected_quantity") && text_to_int64(query_text(query, 1), ret, error) < 0)
            break;
    query_end(query);
    return step == 0 ? 0 : -1;
}

int service_unused_presume(struct service_call *call, const struct service_claim *claim, struct error *error)
{
    struct card *cards;
    size_t count, revealed = 0;
    int64_t affected;
    struct text order_id = text_of(claim->order.id);
    if (!text_is(claim->order.kind, "card_key") ||
        (!text_is(claim->reason, "key_invalid") && !text_is(claim->reason, "key_already_used")))
        return 0;
    if (cards_load(call, order_id, &cards, &count, error) < 0 || affected_get(call, claim->id, &affected, error) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        revealed += cards[i].revealed_at != 0;
    if (affected != 0 && affected < (int64_t)revealed)
        return 0; /* nobody can say which of the cards the merchant's silence is about */
    for (size_t i = 0; i < count; i++) {
        if (!cards[i].held || cards[i].revealed_at == 0 || cards[i].redeemed)
            continue;
        struct certificate certificate = {.order_id = order_id,
                                          .card_id = cards[i].id,
                                          .basis = SERVICE_UNUSED_MERCHANT_SILENCE,
                                          .as_of_us = call->now_us};
        if (certificate_issue(call, &certificate, error) < 0)
            return -1;
    }
    return 0;
}

/* ---- showing ---- */

void service_unused_row_write(struct json_writer *writer, struct query *query)
{
    const struct basis *basis = basis_get(query_text(query, 2));
    struct text card_id = query_text(query, 1);
    assert(card_id.length > SUFFIX_LENGTH);
    json_object_begin(writer);
    json_member_text(writer, "basis", text_of(basis->wire));
    json_member_text(writer, "card_suffix",
                     (struct text){card_id.data + card_id.length - SUFFIX_LENGTH, SUFFIX_LENGTH});
    json_member_text(writer, "code", query_text(query, 0));
    json_member_string(writer, "en", basis->en);
    json_member_string(writer, "finding", basis->finding);
    json_member_time(writer, "issued_at", query_int(query, 5));
    json_member_integer(writer, "leaf", query_int(query, 4));
    json_member_boolean(writer, "stands", query_int(query, 6) != 0);
    json_member_time(writer, "time", query_int(query, 3));
    json_member_string(writer, "zh", basis->zh);
    json_object_end(writer);
}

static int order_list(struct service_call *call, struct text order_id, struct json_writer *ret, struct error *error)
{
    bool some = false;
    struct query *query = store_query(call->tx, QUERY_UNUSED_OF_ORDER);
    query_bind_text(query, 1, order_id);
    json_object_begin(ret);
    json_key(ret, "items");
    json_array_begin(ret);
    int step;
    while ((step = query_step(query, error)) == 1) {
        if (query_int(query, 6) == 0)
            continue;
        some = true;
        service_unused_row_write(ret, query);
    }
    query_end(query);
    json_array_end(ret);
    json_member_text(ret, "order", order_id);
    json_object_end(ret);
    if (step < 0 || some)
        return step;
    error_set(error, ERROR_CARD_STATE, "nothing shows any card of this order as unused");
    return error_hint(error, "a card that was revealed needs a report of its issuer or merchant");
}

int service_unused_request(struct service_call *call, struct text order_id, struct json_writer *ret,
                           struct error *error)
{
    struct service_order order;
    struct card *cards;
    size_t count;
    if (service_order_open(call, order_id, &order, error) < 0)
        return -1;
    if (call->actor.role != ROLE_BUYER)
        return error_set(error, ERROR_ACCESS_DENIED, "the buyer asks for it");
    if (!text_is(order.kind, "card_key"))
        return error_set(error, ERROR_PRODUCT_KIND, "only a card can be unused");
    if (cards_load(call, order_id, &cards, &count, error) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (!cards[i].held || cards[i].revealed_at != 0 || cards[i].redeemed)
            continue;
        struct certificate certificate = {.order_id = order_id,
                                          .card_id = cards[i].id,
                                          .basis = SERVICE_UNUSED_NEVER_REVEALED,
                                          .as_of_us = call->now_us};
        if (certificate_issue_once(call, &certificate, 0, error) < 0)
            return -1;
    }
    return order_list(call, order_id, ret, error);
}

int service_unused_write(struct service_call *call, struct text code, struct json_writer *ret, struct error *error)
{
    char read[CODE_BYTES];
    if (!code_read(code, read))
        return error_set(error, ERROR_NOT_FOUND, "there is no such certificate");
    struct query *query = store_query(call->tx, QUERY_UNUSED_GET);
    query_bind_string(query, 1, read);
    int step = query_step(query, error);
    if (step == 1) {
        struct text envelope = query_blob(query, 7);
        json_object_begin(ret);
        json_key(ret, "certificate");
        service_unused_row_write(ret, query);
        json_key(ret, "envelope");
        if (envelope.length)
            json_add_raw(ret, envelope);
        else
            json_add_null(ret); /* erased */
        json_member_string(ret, "log", call->service->log_key.name);
        json_object_end(ret);
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such certificate");
    return step < 0 ? -1 : 0;
}

int service_unused_proof(struct service_call *call, const char *order_id, int *ret_source, int64_t *ret_leaf,
                         struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_UNUSED_PROOF);
    query_bind_string(query, 1, order_id);
    int step = query_step(query, error);
    if (step == 1) {
        *ret_source = (int)basis_get(query_text(query, 0))->fact_source;
        *ret_leaf = query_int(query, 1);
    }
    query_end(query);
    return step;
}
